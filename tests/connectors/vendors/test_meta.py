"""Meta's Graph APIs: what their error codes mean, and how much of the quota is used."""

import json
from typing import Any

import pytest

from connectors.http.response import Answer
from connectors.vendors.meta import judge, quota


def answer(body: Any, **headers: str) -> Answer:  # noqa: ANN401 - any body
    """Return an answer of status 400, as most of them are."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(400, named, json.dumps(body).encode(), "/")


def refused(code: object, subcode: object = None, **more: object) -> dict[str, object]:
    """Return the envelope of an error."""
    return {"error": {"message": "CANARY", "code": code, "error_subcode": subcode, "fbtrace_id": "A", **more}}


@pytest.mark.parametrize(
    ("code", "subcode", "reason", "again", "told"),
    [
        (190, 463, "unauthorized", False, "refused the access token: it has expired"),
        (190, 460, "unauthorized", False, "refused the access token: the password was changed"),
        (190, 467, "unauthorized", False, "refused the access token: it was withdrawn"),
        (190, None, "unauthorized", False, "refused the access token"),
        (190, "463", "unauthorized", False, "refused the access token"),
        (4, None, "rate_limited", False, "has had enough calls (error 4)"),
        (17, None, "rate_limited", False, "has had enough calls (error 17)"),
        (32, None, "rate_limited", False, "has had enough calls (error 32)"),
        (613, None, "rate_limited", False, "has had enough calls (error 613)"),
        (80001, None, "rate_limited", False, "has had enough calls (error 80001)"),
        (80002, None, "rate_limited", False, "has had enough calls (error 80002)"),
        (10, None, "forbidden", False, "says that the access token lacks a permission (error 10)"),
        (200, None, "forbidden", False, "says that the access token lacks a permission (error 200)"),
        (100, None, "bad_answer", False, "does not take the request (error 100)"),
        (100, 33, "not_found", False, "shows no such account to this access token (error 100)"),
        (1, None, "server_error", True, "has an error of its own (error 1)"),
        (2, None, "server_error", True, "has an error of its own (error 2)"),
    ],
)
def test_the_code_tells(*, code: int, subcode: object, reason: str, again: bool, told: str) -> None:
    """Each code has its meaning, whatever the status and the text."""
    error = judge(answer(refused(code, subcode)))

    assert error
    assert (reason, again, told) == (error.reason, error.again, error.what)


def test_a_transient_error_is_asked_again() -> None:
    """The envelope may say so itself, of a code that we do not know."""
    error = judge(answer(refused(368, is_transient=True)))

    assert error
    assert ("server_error", True) == (error.reason, error.again)


@pytest.mark.parametrize("body", [{}, [], {"error": "x"}, {"error": {}}, refused("190"), refused(True), refused(99999)])
def test_what_is_no_known_error_is_left_to_the_status(body: object) -> None:
    """Nothing is guessed."""
    assert judge(answer(body)) is None


def test_the_header_tells_how_long_to_wait() -> None:
    """The longest wait of the business use cases, from minutes."""
    usage = {
        "17": [{"type": "instagram", "estimated_time_to_regain_access": 3}, {"estimated_time_to_regain_access": 2}]
    }

    error = judge(answer(refused(80002), x_business_use_case_usage=json.dumps(usage)))

    assert error
    assert (True, 180) == (error.again, error.after)


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, ""),
        ({"x_app_usage": '{"call_count":28,"total_time":25,"total_cputime":25}'}, "28 % of the calls allowed are used"),
        (
            {
                "x_app_usage": '{"call_count":2}',
                "x_business_use_case_usage": '{"1": [{"type": "pages", "call_count": 5, "total_cputime": 61}]}',
            },
            "61 % of the calls allowed are used",
        ),
        ({"x_app_usage": "no JSON", "x_business_use_case_usage": '{"1": 7, "2": [3]}'}, ""),
        ({"x_app_usage": "[]"}, ""),
    ],
)
def test_the_highest_share_is_the_quota(headers: dict[str, str], told: str) -> None:
    """Calls, time and processor time: the one nearest to its end counts."""
    assert told == quota(answer({}, **headers))
