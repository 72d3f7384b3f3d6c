"""The network's lexicons as judges: what they let pass and what not."""

import pytest

from tests.connectors.lexicons import Lexicons, needs_lexicons

pytestmark = needs_lexicons
PROFILE = {"did": "did:plc:abc", "handle": "shop.example"}


@pytest.mark.parametrize(
    "answer",
    [
        {"handle": "shop.example"},
        {**PROFILE, "followersCount": "83"},
        {**PROFILE, "handle": "no handle"},
        {**PROFILE, "did": "plc:abc"},
        {**PROFILE, "indexedAt": "yesterday"},
        {**PROFILE, "associated": {"lists": "none"}},
        {**PROFILE, "labels": [{"src": "did:plc:abc"}]},
        [],
    ],
    ids=["missing", "count as text", "handle", "did", "time", "deep", "in a list", "no object"],
)
def test_a_wrong_answer_is_refused(answer: object) -> None:
    """Each fails by the lexicon, not by a list of ours."""
    with pytest.raises(AssertionError):
        Lexicons().query("app.bsky.actor.getProfile").check_answer(answer)


@pytest.mark.parametrize("query", [{}, {"actor": "@shop.example"}, {"actor": "shop.example", "more": "1"}])
def test_a_wrong_query_is_refused(query: dict[str, str]) -> None:
    """What is missing, no identifier, or not declared."""
    with pytest.raises(AssertionError):
        Lexicons().query("app.bsky.actor.getProfile").check_parameters(query)
