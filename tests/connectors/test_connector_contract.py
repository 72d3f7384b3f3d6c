"""
What every connector must do, whoever wrote it: each is found by name and asked the same questions.

Its own test file says what its API answers and what comes of it: see `cases.py`.
"""

import json
import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import httpcore
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import connectors
from connectors.http import guard
from connectors.pulling import open_client
from connectors.records import KEYS, SCHEMAS
from okr_config.delivery import Delivery
from okr_config.errors import SourceError
from tests.conftest import Clock
from tests.connectors.cases import CANARY, NETWORKED, case_of, granted_by, pull_case
from tests.connectors.loopback import NOW, START, Loopback, Reply, Request, Script


def _asked(loopback: Loopback, name: str) -> int:
    """Count the requests that were not for a token."""
    return sum(not granted_by(name, request) for request in loopback.seen)


def _refused(loopback: Loopback, name: str, script: Script | Reply, **changes: object) -> SourceError:
    with pytest.raises(SourceError) as caught:
        pull_case(loopback, name, script if callable(script) else lambda _: script, **changes)
    return caught.value


def _heights(pulled: Delivery) -> dict[str, int]:
    return {str(kind): frame.height for kind, frame in pulled.frames.items()}


DECLARED = {"bad_answer", "bad_rows", "forbidden", "loop", "not_found", "unauthorized"}
"""What an answer of a shape nobody promised may end in."""


@pytest.fixture(autouse=True)
def _no_secret_is_told(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Watch log and output of every test here for a secret."""
    caplog.set_level(logging.DEBUG)
    yield
    captured = capfd.readouterr()
    assert CANARY not in caplog.text + captured.out + captured.err


@pytest.fixture(autouse=True)
def _few_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up on pages without end early: no good answer here has more than a handful."""
    monkeypatch.setattr(guard, "MOST_PAGES", 100)


@pytest.mark.parametrize("name", connectors.names())
def test_declaration_is_whole(name: str) -> None:
    """Name, documents and metrics are told, streams are named once, and the settings know one account from another."""
    source = connectors.load(name)

    assert name == source.name
    assert source.title
    assert source.docs
    assert source.metrics
    assert source.__class__.__module__ == "connectors.source"
    names = [stream.name for stream in source.streams]
    assert sorted(set(names)) == sorted(names)
    assert set(source.settings.identity) <= set(source.settings.model_fields)
    assert source.settings.identity


@pytest.mark.parametrize("name", connectors.names())
def test_first_load_and_the_same_again(loopback: Loopback, name: str) -> None:
    """The good answer becomes rows with exactly their schema and unique keys; the same answer, the same rows."""
    pulled = pull_case(loopback, name)
    again = pull_case(loopback, name)

    assert case_of(name)["rows"] == _heights(pulled)
    for kind, frame in pulled.frames.items():
        assert dict(SCHEMAS[kind]) == dict(frame.schema)
        assert frame.height == frame.n_unique(KEYS[kind])
        assert_frame_equal(frame, again.frames[kind])
    assert () == pulled.refused
    assert sum(_heights(pulled).values()) >= pulled.rows_read > 0


@pytest.mark.parametrize("name", [name for name in NETWORKED if "empty" in case_of(name)])
def test_an_empty_answer_is_no_rows(loopback: Loopback, name: str) -> None:
    """No rows are no error, and every kind has its empty frame."""
    pulled = pull_case(loopback, name, lambda request: Reply(case_of(name)["empty"](request)))

    assert dict.fromkeys(case_of(name)["rows"], 0) == _heights(pulled)


@pytest.mark.parametrize(
    ("status", "reason", "requests"),
    [
        (302, "redirect", 1),
        (401, "unauthorized", 1),
        (402, "forbidden", 1),
        (403, "forbidden", 1),
        (404, "not_found", 1),
        (418, "bad_answer", 1),
        (429, "rate_limited", 4),
        (500, "server_error", 4),
        (501, "server_error", 1),
        (503, "server_error", 4),
    ],
)
@pytest.mark.parametrize("name", NETWORKED)
def test_a_status_is_an_error_of_its_own(
    loopback: Loopback, name: str, status: int, reason: str, requests: int
) -> None:
    """Only what may pass is asked again; the error names host and next step, and no secret that the answer repeats."""
    told = json.dumps({"error": case_of(name)["settings"]})
    location = {"Location": "http://169.254.169.254/latest"} if status == 302 else {}

    error = _refused(loopback, name, Reply(told.encode(), status, location))

    # a refused token is got anew, once
    again = {401: 2} if "login" in case_of(name) else case_of(name).get("asked", {})
    expected = again.get(status, requests)
    assert (reason, expected) == (error.reason, _asked(loopback, name))
    assert CANARY not in f"{error} {error!r}"
    assert f"okr {'connect' if reason == 'unauthorized' else 'doctor'} src" in error.next_step
    assert f"source src ({name})" in error.where


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        ({}, [0.5]),
        ({"Retry-After": "7"}, [7.0]),
        ({"Retry-After": "Mon, 23 Nov 2026 09:00:20 GMT"}, [20.0]),
        ({"Retry-After": "Mon, 23 Nov 2020 09:00:20 GMT"}, [0.5]),
        ({"Retry-After": "soon"}, [0.5]),
    ],
)
@pytest.mark.parametrize("name", NETWORKED)
def test_429_then_good(
    loopback: Loopback, clock: Clock, name: str, headers: dict[str, str], waits: list[float]
) -> None:
    """The wait is what the server asks for where that makes sense, else a random share of ours."""
    answers = iter([Reply({"error": "slow down"}, 429, headers)])
    good = case_of(name)["good"]

    pulled = pull_case(loopback, name, lambda request: next(answers, None) or Reply(good(request)))

    assert case_of(name)["rows"] == _heights(pulled)
    # where the vendor's documents name a wait, that one takes the place of ours
    expected = [connectors.load(name).cool_down or wait if wait == 0.5 else wait for wait in waits]
    assert expected == [slept for slept in clock.slept if slept > 0.3]


@pytest.mark.parametrize("name", NETWORKED)
def test_a_wait_that_is_too_long_ends_thepull_case(loopback: Loopback, clock: Clock, name: str) -> None:
    """Beyond five minutes nobody waits; the error says when it may go on."""
    error = _refused(loopback, name, Reply({}, 429, {"Retry-After": "3600"}))

    assert ("rate_limited", 1, []) == (error.reason, _asked(loopback, name), clock.slept)
    assert "it may go on at 2026-11-23 10:00 UTC" in error.what


@pytest.mark.parametrize(
    "bad",
    [
        Reply({}, 500),
        Reply(b"<html>Bad gateway</html>", 502, {"Content-Type": "text/html"}),
        Reply(fault="reset"),
        Reply({"some": "thing longer"}, fault="cut"),
        Reply(b'{"data": {"orders": [', headers={"Content-Length": ""}),
        Reply(b'{"data": {"orders": [{}'),
    ],
    ids=["500", "html", "reset", "cut", "no length", "truncated"],
)
@pytest.mark.parametrize("name", NETWORKED)
def test_what_passes_is_asked_again(loopback: Loopback, name: str, bad: Reply) -> None:
    """One failure that passes leaves no trace in the rows."""
    expected = pull_case(loopback, name)
    answers = iter([bad])
    good = case_of(name)["good"]

    pulled = pull_case(loopback, name, lambda request: next(answers, None) or Reply(good(request)))

    assert list(expected.frames) == list(pulled.frames)
    for kind, frame in expected.frames.items():
        _same_but_for_the_time(frame, pulled.frames[kind])


def _same_but_for_the_time(expected: pl.DataFrame, actual: pl.DataFrame) -> None:
    assert_frame_equal(expected.drop("observed_at", strict=False), actual.drop("observed_at", strict=False))


@pytest.mark.parametrize(
    ("bad", "reason", "told"),
    [
        (Reply(b"<html>Log in</html>", headers={"Content-Type": "text/html; charset=x"}), "not_json", "text/html"),
        (Reply(b""), "not_json", "an empty body"),
        (Reply(fault="reset"), "unreachable", "(4 tries)"),
        (Reply({"some": "thing longer"}, fault="cut"), "incomplete", "not complete"),
        (Reply(b'{"data": {"orders": ['), "incomplete", "not complete"),
        (Reply(b"[" * 100_000), "bad_answer", "nested too deep"),
        (Reply(b"[" * 700 + b"]" * 700), "bad_answer", ""),
        (Reply({"surprise": True}), "bad_answer", ""),
        (Reply(["surprise"]), "bad_answer", ""),
        (Reply(b"null"), "bad_answer", ""),
        (Reply({}, headers={"Content-Encoding": "br"}), "bad_answer", "compression"),
    ],
    ids=["html", "empty", "reset", "cut", "truncated", "deep", "nested", "object", "list", "null", "coding"],
)
@pytest.mark.parametrize("name", NETWORKED)
def test_what_does_not_pass_is_an_error(loopback: Loopback, name: str, bad: Reply, reason: str, told: str) -> None:
    """An answer that is none ends as the declared error, never as rows."""
    error = _refused(loopback, name, bad)

    # to some, null is the answer about what they do not have
    expected = case_of(name).get("null", reason) if bad.body == b"null" else reason
    assert expected == error.reason
    assert told in error.what


@pytest.mark.parametrize(
    ("bad", "reasons"),
    [
        (Reply({"error": "invalid_client", "error_description": f"{CANARY} is wrong"}, 401), {"unauthorized"}),
        (Reply({"surprise": True}), {"unauthorized", "bad_answer"}),
        (Reply(["surprise"]), {"unauthorized", "bad_answer"}),
        (Reply({}, 302, {"Location": "http://169.254.169.254/latest"}), {"redirect"}),
        (Reply({}, 404), {"not_found"}),
        (Reply({}, 429), {"rate_limited"}),
        (Reply({}, 500), {"server_error"}),
        (Reply(b"<html>Log in</html>", headers={"Content-Type": "text/html"}), {"not_json"}),
        (Reply(b'{"access_token": "'), {"incomplete"}),
        (Reply(fault="reset"), {"unreachable"}),
    ],
    ids=["refused", "object", "list", "redirect", "404", "429", "500", "html", "truncated", "reset"],
)
@pytest.mark.parametrize("name", [name for name in NETWORKED if "login" in case_of(name)])
def test_a_login_that_fails_is_an_error_of_its_own(
    loopback: Loopback, name: str, bad: Reply, reasons: set[str]
) -> None:
    """Where a token cannot be had the source itself is not asked, and nothing that was sent is repeated."""
    case = case_of(name)
    loopback.script = lambda request: bad if granted_by(name, request) else Reply(case["good"](request))

    with pytest.raises(SourceError) as caught:
        loopback.pull(name, case["settings"])

    assert caught.value.reason in reasons
    assert 0 == _asked(loopback, name)
    assert CANARY not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize("name", NETWORKED)
def test_a_server_that_says_nothing_times_out(loopback: Loopback, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each read is given the setting's time-out; here it is over as soon as the server hangs, however busy it is."""
    allowed = set()

    def read(stream: Any, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ANN401 - of httpcore
        allowed.add(timeout)
        while True:
            try:
                return bytes(stream._stream.read(max_bytes, 0.01))  # noqa: SLF001 - the wire under the wire
            except httpcore.ReadTimeout:
                if loopback.silent.is_set():
                    loopback.silent.clear()
                    raise

    monkeypatch.setattr("connectors.http.transport._Stream.read", read)

    error = _refused(loopback, name, Reply(fault="hang"), timeout=7)

    assert ("timed_out", 4, {7}) == (error.reason, _asked(loopback, name), allowed)
    assert "did not answer within 7 s (4 tries)" in error.what


@pytest.mark.parametrize("name", NETWORKED)
def test_a_dripping_server_runs_into_the_deadline(loopback: Loopback, clock: Clock, name: str) -> None:
    """Bytes that trickle in keep no request alive beyond its total time."""
    dripping = threading.Event()

    def hurrying() -> float:
        clock.move(seconds=61 if dripping.is_set() else 0)
        return clock.seconds()

    def drip(_: Request) -> Reply:
        # more than one read takes, so that there is a next one
        dripping.set()
        return Reply({"slow": "x" * 200_000}, fault="drip")

    loopback.world = replace(loopback.world, monotonic=hurrying)

    error = _refused(loopback, name, drip, budget=3600)

    assert "timed_out" == error.reason
    assert "took more than 60 s in total (4 tries)" in error.what


@pytest.mark.parametrize("name", [name for name in NETWORKED if "repeated" in case_of(name)])
def test_paging_in_a_circle_is_an_error(loopback: Loopback, name: str) -> None:
    """A cursor that comes again ends the pull."""
    case = case_of(name)

    def script(request: Any) -> Reply:  # noqa: ANN401 - any vendor's request
        answer = case["repeated"](request)
        text = json.dumps(answer).replace('"endCursor": "2"', '"endCursor": "1"')
        return Reply(text.encode())

    error = _refused(loopback, name, script, **case.get("repeated_settings", {}))

    assert "loop" == error.reason
    assert "goes round in a circle" in error.what


@pytest.mark.parametrize("name", [name for name in NETWORKED if "endless" in case_of(name)])
def test_paging_that_never_ends_is_an_error(loopback: Loopback, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """However new each page looks, there is a last one that is read."""
    monkeypatch.setattr(guard, "MOST_PAGES", 12)
    numbers = count(1)

    error = _refused(loopback, name, lambda request: Reply(case_of(name)["endless"](request, next(numbers))))

    assert "loop" == error.reason
    assert "the paging does not end: more than 12 pages" in error.what


@pytest.mark.parametrize("name", connectors.names())
def test_the_next_pull_goes_on_from_the_last_one(loopback: Loopback, name: str) -> None:
    """The mark reached lies in the window, and the next window overlaps it by the stream's lookback."""
    pulled = pull_case(loopback, name)
    stream = connectors.load(name).streams[0]

    following = stream.window(pulled.cursor, START, NOW + timedelta(days=1))

    assert pulled.cursor is None or pulled.cursor <= NOW
    assert (pulled.cursor or START) - stream.lookback >= following.start or following.start == START
    assert NOW + timedelta(days=1) == following.end


@pytest.mark.parametrize("name", NETWORKED)
def test_letters_of_every_script_come_through(loopback: Loopback, name: str) -> None:
    """Texts as they are or escaped, also signs that turn the direction or take four bytes: the rows are the same."""
    good = case_of(name)["good"]

    def script(request: Any, *, escaped: bool) -> Reply:  # noqa: ANN401 - any vendor's request
        return Reply(json.dumps(_lettered(good(request)), ensure_ascii=escaped).encode())

    plain = pull_case(loopback, name, lambda request: script(request, escaped=False))
    escaped = pull_case(loopback, name, lambda request: script(request, escaped=True))

    for kind, frame in plain.frames.items():
        _same_but_for_the_time(frame, escaped.frames[kind])


def _lettered(value: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """Give every title letters of its own, and every object one more field of them."""
    letters = "Blåbær \N{RIGHT-TO-LEFT OVERRIDE}\N{CHERRIES}\N{ZERO WIDTH JOINER}\u4e2d"
    if isinstance(value, dict):
        titled = {name: letters if name == "title" else _lettered(inner) for name, inner in value.items()}
        return {**titled, letters: {"a": letters}}
    return [_lettered(inner) for inner in value] if isinstance(value, list | tuple) else value


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKED)
def test_a_field_that_is_null_is_unknown_or_an_error(loopback: Loopback, name: str) -> None:
    """Whatever field holds nothing, the pull ends in rows with nulls or in a declared error; never in a 0."""
    good = case_of(name)["good"]
    names: set[str] = set()

    def emptied(field: str) -> Script:
        def script(request: Any) -> Reply:  # noqa: ANN401 - any vendor's request
            answer = good(request)
            names.update(_names(answer))
            return Reply(_nulled(answer, field))

        return script

    whole = _known(pull_case(loopback, name, emptied("")))
    for field in sorted(names):
        try:
            pulled = pull_case(loopback, name, emptied(field))
        except SourceError as error:
            assert error.reason in DECLARED  # noqa: PT017 - either end is right
        else:
            assert set(case_of(name)["rows"]) == set(_heights(pulled))
            lost = {key: field for key, value in _known(pulled).items() if value == 0 != whole.get(key, 0)}
            assert {} == lost


def _known(pulled: Delivery) -> dict[tuple[Any, ...], Any]:
    """Return every count and amount of the rows, by kind, key and column."""
    return {
        (kind, *(row[key] for key in KEYS[kind] if key != "observed_at"), column): row[column]
        for kind, frame in pulled.frames.items()
        for row in frame.to_dicts()
        for column, dtype in frame.schema.items()
        if dtype.is_numeric() and column != "precision"
    }


def _nulled(value: Any, field: str) -> Any:  # noqa: ANN401 - JSON is anything
    if isinstance(value, dict):
        return {name: None if name == field else _nulled(inner, field) for name, inner in value.items()}
    return [_nulled(inner, field) for inner in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("name", NETWORKED)
def test_fields_nobody_knows_change_nothing(loopback: Loopback, name: str) -> None:
    """An API that grows new fields gives the same rows."""
    expected = pull_case(loopback, name)
    good = case_of(name)["good"]

    pulled = pull_case(loopback, name, lambda request: Reply(_grown(good(request))))

    for kind, frame in expected.frames.items():
        _same_but_for_the_time(frame, pulled.frames[kind])


def _grown(value: Any) -> Any:  # noqa: ANN401 - JSON is anything
    if isinstance(value, dict):
        return {**{name: _grown(inner) for name, inner in value.items()}, "brandNew": {"a": [1, {"b": None}]}}
    return [_grown(inner) for inner in value] if isinstance(value, list | tuple) else value


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKED)
def test_a_missing_field_is_unknown_or_an_error(loopback: Loopback, name: str) -> None:
    """Whatever field is taken away, the pull ends in rows with nulls or in a declared error."""
    good = case_of(name)["good"]
    names: set[str] = set()

    def without(field: str) -> Script:
        def script(request: Any) -> Reply:  # noqa: ANN401 - any vendor's request
            answer = good(request)
            names.update(_names(answer))
            return Reply(_shrunk(answer, field))

        return script

    pull_case(loopback, name, without(""))
    for field in sorted(names):
        try:
            pulled = pull_case(loopback, name, without(field))
        except SourceError as error:
            assert error.reason in DECLARED  # noqa: PT017 - either end is right
        else:
            assert set(case_of(name)["rows"]) == set(_heights(pulled))


def _names(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON is anything
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from _names(inner)
    if isinstance(value, dict):
        yield from value


def _shrunk(value: Any, field: str) -> Any:  # noqa: ANN401 - JSON is anything
    if isinstance(value, dict):
        return {name: _shrunk(inner, field) for name, inner in value.items() if name != field}
    return [_shrunk(inner, field) for inner in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("name", NETWORKED)
def test_an_unreachable_host_is_told(loopback: Loopback, name: str) -> None:
    """Nobody listening: the error names the host and the tries."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{unused.getsockname()[1]}"

        error = _refused(loopback, name, Reply(), base_url=f"http://{address}")

    assert ("unreachable", True) == (error.reason, f"{address} cannot be reached (4 tries)" in error.what)


@pytest.mark.parametrize(
    "address",
    [
        "http://shop.example",
        "ftp://shop.example",
        "https://user:CANARY-pass@shop.example",
        "https://shop.example.",
        "https://",
        "file:///etc/passwd",
    ],
)
@pytest.mark.parametrize("name", NETWORKED)
def test_an_address_that_is_not_safe_is_refused(loopback: Loopback, name: str, address: str) -> None:
    """No login in URLs, no plain http beyond loopback, no other schemes."""
    settings = loopback.settings(name, {**case_of(name)["settings"], "base_url": address})

    with pytest.raises(SourceError) as caught:
        open_client(connectors.load(name), settings, world=loopback.world)

    assert "unreachable" == caught.value.reason
    assert CANARY not in str(caught.value)
