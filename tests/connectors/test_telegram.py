"""Telegram: a token in the path, which no text may show."""

import logging

import pytest
from pydantic import ValidationError

import connectors
from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.errors import SourceError
from tests.conftest import Clock
from tests.connectors.loopback import NOW, Loopback, Reply

TOKEN = "110201543:CANARY-AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SETTINGS = {"chat_id": "@waldladen", "token": TOKEN}
GOOD = {"ok": True, "result": 46}

CASE = {"settings": SETTINGS, "good": lambda _: GOOD, "rows": {"accounts": 1}}


def _refused(code: int, **more: object) -> dict[str, object]:
    return {"ok": False, "error_code": code, "description": "CANARY", **more}


@pytest.mark.parametrize("chat", ["@waldladen", -1001234567890])
def test_a_chat_becomes_one_row(loopback: Loopback, chat: object) -> None:
    """By its name or its number."""
    loopback.script = lambda _: Reply(GOOD)

    pulled = loopback.pull("telegram", {**SETTINGS, "chat_id": chat})

    assert [(str(chat), "social.followers", NOW, 46, None, 0)] == pulled.frames[RecordKind.ACCOUNTS].rows()
    [seen] = loopback.seen
    assert (f"/bot{TOKEN}/getChatMemberCount", {"chat_id": str(chat)}) == (seen.path, seen.query)


@pytest.mark.parametrize(
    ("status", "code", "reason", "told"),
    [
        (400, 400, "not_found", "knows no such chat"),
        (200, 400, "not_found", "knows no such chat"),
        (401, 401, "unauthorized", "refused the token"),
        (404, 404, "unauthorized", "refused the token"),
        (403, 403, "forbidden", "the bot was removed from the chat"),
        (500, 500, "server_error", "500 Internal Server Error"),
        (200, 999, "bad_answer", "not a count"),
    ],
)
def test_the_code_tells(loopback: Loopback, *, status: int, code: int, reason: str, told: str) -> None:
    """By the code in the answer, at any status."""
    loopback.script = lambda _: Reply(_refused(code), status)

    with pytest.raises(SourceError) as caught:
        loopback.pull("telegram", SETTINGS)

    assert reason == caught.value.reason
    assert told in caught.value.what


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"path": f"/bot{TOKEN}/getChatMemberCount"}, 500),
        Reply(f"<html>no page /bot{TOKEN}</html>".encode(), 404, {"Content-Type": "text/html"}),
        Reply(b"", 302, {"Location": f"https://elsewhere.example/bot{TOKEN}"}),
        Reply(fault="reset"),
        Reply(fault="cut", body={"ok": True, "result": 46}),
        Reply(b"not json"),
        Reply({"ok": True}),
        Reply({"ok": True, "result": TOKEN}),
    ],
    ids=["500", "html", "redirect", "reset", "cut", "no json", "no count", "repeated"],
)
def test_no_text_shows_the_token(loopback: Loopback, caplog: pytest.LogCaptureFixture, reply: Reply) -> None:
    """Neither an error with all that lies behind it, nor the log."""
    caplog.set_level(logging.DEBUG)
    loopback.script = lambda _: reply

    with pytest.raises(SourceError) as caught:
        loopback.pull("telegram", SETTINGS)

    error: BaseException | None = caught.value
    texts = [caplog.text]
    while error:
        texts.append(f"{error} {error!r}")
        error = error.__cause__
    assert [] == [text for text in texts if "CANARY" in text]


def test_the_wait_stands_in_the_answer(loopback: Loopback, clock: Clock) -> None:
    """Seconds among the parameters."""
    answers = iter([Reply(_refused(429, parameters={"retry_after": 12}), 429)])
    loopback.script = lambda _: next(answers, None) or Reply(GOOD)

    loopback.pull("telegram", SETTINGS)

    assert [12.0] == clock.slept


@pytest.mark.parametrize("token", ["CANARY", "1:CANARY/../x", "1:CANARY?a=b", "1:CANARY\n", "CANARY:1"])
def test_a_token_that_is_none_is_refused(token: str) -> None:
    """Nothing but a token becomes part of an address; the error does not repeat it."""
    with pytest.raises(ValidationError) as caught:
        connectors.load("telegram").settings(id="t", connector="telegram", chat_id="@a", token=token)

    assert "must be digits, a colon and the rest" in str(caught.value)
    assert "CANARY" not in str(caught.value)


def test_the_probe_tells_the_chat(loopback: Loopback) -> None:
    """From the call of a pull."""
    loopback.script = lambda _: Reply(GOOD)

    assert SourceHealth(account="@waldladen") == loopback.probe("telegram", SETTINGS)
