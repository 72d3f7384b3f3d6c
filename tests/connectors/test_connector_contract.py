"""
What every connector must do, whoever wrote it: each is found by name and asked the same questions.

A connector's own test file has a `CASE`: `settings`, `good` (what its API answers, as JSON, to a request) and `rows`
(how many of each kind come of it, from the first stream); maybe `empty`, `repeated` (an answer whose paging goes round
in a circle, with `repeated_settings`), or for files `prepare`. One that logs in first has `login`: the answer to a
request for a token, None for any other request; the faults then meet the requests after it.
"""

import importlib
import json
import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import connectors
from connectors._pulling import Pulled, open_client
from connectors._records import KEYS, SCHEMAS
from okr_config.errors import SourceError
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply, Request, Script

CANARY = "CANARY"


def _case(name: str) -> dict[str, Any]:
    case: dict[str, Any] = importlib.import_module(f"tests.connectors.test_{name}").CASE
    return case


NETWORKED = [name for name in connectors.names() if "good" in _case(name)]


def _pull(loopback: Loopback, name: str, script: Script | None = None, **changes: object) -> Pulled:
    case = _case(name)
    if "prepare" in case:
        case["prepare"](loopback.home)
    answer = script or (lambda request: Reply(case["good"](request)))
    loopback.script = lambda request: Reply(granted) if (granted := _granted(name, request)) else answer(request)
    return loopback.pull(name, {**case["settings"], **changes})


def _granted(name: str, request: Request) -> object:
    case = _case(name)
    return case["login"](request) if "login" in case else None


def _asked(loopback: Loopback, name: str) -> int:
    """Count the requests that were not for a token."""
    return sum(not _granted(name, request) for request in loopback.seen)


def _refused(loopback: Loopback, name: str, script: Script | Reply, **changes: object) -> SourceError:
    with pytest.raises(SourceError) as caught:
        _pull(loopback, name, script if callable(script) else lambda _: script, **changes)
    return caught.value


def _heights(pulled: Pulled) -> dict[str, int]:
    return {str(kind): frame.height for kind, frame in pulled.frames.items()}


@pytest.fixture(autouse=True)
def _no_secret_is_told(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Watch log and output of every test here for a secret."""
    caplog.set_level(logging.DEBUG)
    yield
    captured = capfd.readouterr()
    assert CANARY not in caplog.text + captured.out + captured.err


@pytest.mark.parametrize("name", connectors.names())
def test_declaration_is_whole(name: str) -> None:
    """Name, documents and metrics are told, streams are named once, and the settings know one account from another."""
    source = connectors.load(name)

    assert name == source.name
    assert source.title
    assert source.docs
    assert source.metrics
    assert source.__class__.__module__ == "connectors._source"
    names = [stream.name for stream in source.streams]
    assert sorted(set(names)) == sorted(names)
    assert set(source.settings.identity) <= set(source.settings.model_fields)
    assert source.settings.identity


@pytest.mark.parametrize("name", connectors.names())
def test_first_load_and_the_same_again(loopback: Loopback, name: str) -> None:
    """The good answer becomes rows with exactly their schema and unique keys; the same answer, the same rows."""
    pulled = _pull(loopback, name)
    again = _pull(loopback, name)

    assert _case(name)["rows"] == _heights(pulled)
    for kind, frame in pulled.frames.items():
        assert dict(SCHEMAS[kind]) == dict(frame.schema)
        assert frame.height == frame.n_unique(KEYS[kind])
        assert_frame_equal(frame, again.frames[kind])
    assert () == pulled.refused
    assert sum(_heights(pulled).values()) >= pulled.rows_read > 0


@pytest.mark.parametrize("name", [name for name in NETWORKED if "empty" in _case(name)])
def test_an_empty_answer_is_no_rows(loopback: Loopback, name: str) -> None:
    """No rows are no error, and every kind has its empty frame."""
    pulled = _pull(loopback, name, lambda request: Reply(_case(name)["empty"](request)))

    assert dict.fromkeys(_case(name)["rows"], 0) == _heights(pulled)


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
    told = json.dumps({"error": _case(name)["settings"]})
    location = {"Location": "http://169.254.169.254/latest"} if status == 302 else {}

    error = _refused(loopback, name, Reply(told.encode(), status, location))

    # a refused token is got anew, once
    expected = 2 if status == 401 and "login" in _case(name) else requests
    assert (reason, expected) == (error.reason, _asked(loopback, name))
    assert CANARY not in f"{error} {error!r}"
    assert "okr doctor src" in error.next_step
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
    good = _case(name)["good"]

    pulled = _pull(loopback, name, lambda request: next(answers, None) or Reply(good(request)))

    assert _case(name)["rows"] == _heights(pulled)
    assert waits == [slept for slept in clock.slept if slept > 0.3]


@pytest.mark.parametrize("name", NETWORKED)
def test_a_wait_that_is_too_long_ends_the_pull(loopback: Loopback, clock: Clock, name: str) -> None:
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
    expected = _pull(loopback, name)
    answers = iter([bad])
    good = _case(name)["good"]

    pulled = _pull(loopback, name, lambda request: next(answers, None) or Reply(good(request)))

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

    assert reason == error.reason
    assert told in error.what


@pytest.mark.parametrize("name", NETWORKED)
def test_a_server_that_says_nothing_times_out(loopback: Loopback, name: str) -> None:
    """The time-out is the setting's."""
    error = _refused(loopback, name, Reply(fault="hang"), timeout=0.05)

    assert ("timed_out", 4) == (error.reason, _asked(loopback, name))
    assert "did not answer within 0.05 s (4 tries)" in error.what


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

    error = _refused(loopback, name, drip)

    assert "timed_out" == error.reason
    assert "took more than 60 s in total (4 tries)" in error.what


@pytest.mark.parametrize("name", [name for name in NETWORKED if "repeated" in _case(name)])
def test_paging_in_a_circle_is_an_error(loopback: Loopback, name: str) -> None:
    """A cursor that comes again ends the pull."""
    case = _case(name)

    def script(request: Any) -> Reply:  # noqa: ANN401 - any vendor's request
        answer = case["repeated"](request)
        text = json.dumps(answer).replace('"endCursor": "2"', '"endCursor": "1"')
        return Reply(text.encode())

    error = _refused(loopback, name, script, **case.get("repeated_settings", {}))

    assert "loop" == error.reason
    assert "goes round in a circle" in error.what


@pytest.mark.parametrize("name", NETWORKED)
def test_fields_nobody_knows_change_nothing(loopback: Loopback, name: str) -> None:
    """An API that grows new fields gives the same rows."""
    expected = _pull(loopback, name)
    good = _case(name)["good"]

    pulled = _pull(loopback, name, lambda request: Reply(_grown(good(request))))

    for kind, frame in expected.frames.items():
        _same_but_for_the_time(frame, pulled.frames[kind])


def _grown(value: Any) -> Any:  # noqa: ANN401 - JSON is anything
    if isinstance(value, dict):
        return {**{name: _grown(inner) for name, inner in value.items()}, "brandNew": {"a": [1, {"b": None}]}}
    return [_grown(inner) for inner in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("name", NETWORKED)
def test_a_missing_field_is_unknown_or_an_error(loopback: Loopback, name: str) -> None:
    """Whatever field is taken away, the pull ends in rows with nulls or in a declared error."""
    good = _case(name)["good"]
    names: set[str] = set()

    def without(field: str) -> Script:
        def script(request: Any) -> Reply:  # noqa: ANN401 - any vendor's request
            answer = good(request)
            names.update(_names(answer))
            return Reply(_shrunk(answer, field))

        return script

    _pull(loopback, name, without(""))
    for field in sorted(names):
        try:
            pulled = _pull(loopback, name, without(field))
        except SourceError as error:
            assert error.reason in {"bad_answer", "bad_rows", "loop", "not_found", "unauthorized"}  # noqa: PT017 - either end is right
        else:
            assert set(_case(name)["rows"]) == set(_heights(pulled))


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
    settings = loopback.settings(name, {**_case(name)["settings"], "base_url": address})

    with pytest.raises(SourceError) as caught:
        open_client(connectors.load(name), settings, world=loopback.world)

    assert "unreachable" == caught.value.reason
    assert CANARY not in str(caught.value)
