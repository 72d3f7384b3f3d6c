"""Google's APIs: what their reasons mean, whichever envelope they come in."""

import json
from typing import Any

import pytest

from connectors.http.response import Answer
from connectors.vendors.google import judge


def answer(error: object) -> Answer:
    """Return a refusal."""
    return Answer(403, {}, json.dumps({"error": error}).encode(), "/")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"errors": [{"reason": "keyInvalid"}]}, ("unauthorized", "does not take the API key", False)),
        (
            {"details": [{"@type": "x"}, {"reason": "SERVICE_DISABLED"}], "status": "PERMISSION_DENIED"},
            ("forbidden", "says that the API is not enabled in the Google Cloud project", False),
        ),
        ({"status": "UNAUTHENTICATED"}, ("unauthorized", "refused the login", False)),
        ({"errors": [{"reason": "quotaExceeded"}]}, ("rate_limited", "says that the quota is used up", False)),
        ({"status": "RESOURCE_EXHAUSTED"}, ("rate_limited", "has no quota left for now", True)),
        ({"errors": [{"reason": "userRateLimitExceeded"}]}, ("rate_limited", "was asked too fast", True)),
        ({"errors": [{"reason": "backendError"}]}, ("server_error", "has an error of its own", True)),
    ],
)
def test_a_reason_has_its_meaning(error: dict[str, Any], expected: tuple[str, str, bool]) -> None:
    """The details tell more than the status of the call; a quota of a day is not tried again."""
    found = judge(answer({**error, "message": "CANARY"}))

    assert found
    assert expected == (found.reason, found.what, found.again)


@pytest.mark.parametrize(
    "error",
    [None, "denied", {}, {"status": 403}, {"errors": "keyInvalid"}, {"errors": [{"reason": 7}, "keyInvalid"]},
     {"status": "NEWER_THAN_WE_KNOW"}],
)  # fmt: skip
def test_whatever_else_is_left_to_the_status(error: object) -> None:
    """An envelope of another shape, and a word that nobody knows."""
    assert judge(answer(error)) is None


def test_a_list_is_no_refusal() -> None:
    """Any JSON may come."""
    assert judge(Answer(200, {}, b"[]", "/")) is None
