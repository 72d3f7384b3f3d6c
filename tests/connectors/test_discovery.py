"""Google's discovery documents as judges: what they let pass and what not."""

from typing import Any

import pytest

from tests.connectors.discovery import Discovery
from tests.connectors.loopback import Request

GA4 = Discovery("analyticsdata.v1beta")
YOUTUBE = Discovery("youtube.v3")
PATH = "/v1beta/properties/1:runReport"


def _request(path: str = PATH, body: Any = None, method: str = "POST", **query: str) -> Request:  # noqa: ANN401 - JSON
    return Request(method, path, query, {}, body)


def test_a_right_request_and_answer_pass() -> None:
    """Whole numbers as text or number, parameters of the API as a whole, and no field that is not declared."""
    GA4.check_request("properties.runReport", _request(body={"limit": "10", "offset": 0, "keepEmptyRows": True}))
    GA4.check_answer("properties.runReport", {"rowCount": 2, "metricHeaders": [{"name": "a", "type": "TYPE_INTEGER"}]})
    YOUTUBE.check_request("channels.list", _request("/youtube/v3/channels", method="GET", part="statistics", key="k"))
    assert "2026" < GA4.revision


@pytest.mark.parametrize(
    "request_",
    [
        _request(body={"metric": []}),
        _request(body={"limit": "ten"}),
        _request(body={"keepEmptyRows": "yes"}),
        _request(body={"dimensions": [{"names": "date"}]}),
        _request("/v1/properties/1:runReport", body={}),
        _request(body={}, method="GET"),
        _request(body={}, parts="x"),
    ],
    ids=["unknown field", "no number", "no boolean", "deep", "path", "verb", "parameter"],
)
def test_a_wrong_request_is_refused(request_: Request) -> None:
    """Each fails by the document, not by a list of ours."""
    with pytest.raises(AssertionError):
        GA4.check_request("properties.runReport", request_)


@pytest.mark.parametrize(
    "answer",
    [
        {"rowCount": "2"},
        {"metricHeaders": [{"name": "a", "type": "INTEGER"}]},
        {"rows": [{"metricValues": [{"value": 3}]}]},
        {"surprise": True},
    ],
)
def test_a_wrong_answer_is_refused(answer: object) -> None:
    """A count as text, a constant that is none, a value as number, a field that nobody declared."""
    with pytest.raises(AssertionError):
        GA4.check_answer("properties.runReport", answer)


def test_a_parameter_that_is_needed_must_be_there() -> None:
    """YouTube wants to know which parts."""
    with pytest.raises(AssertionError):
        YOUTUBE.check_request("channels.list", _request("/youtube/v3/channels", method="GET", key="k"))
