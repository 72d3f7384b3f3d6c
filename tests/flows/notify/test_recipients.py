"""Whom an address names, without repeating it (flows.notify.recipients, flows.notify.delivery)."""

import pytest

from flows.notify.recipients import recipient_of
from okr_config.errors import UsageError


def test_a_recipient_is_known_by_its_service_and_a_fingerprint() -> None:
    """The same address is the same recipient; the name leads back to nobody."""
    hook = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"

    assert recipient_of(hook).name == recipient_of(hook).name
    assert recipient_of(hook).name.startswith("slack-")
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in repr(recipient_of(hook))


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("https://example.org/hook?token=canary", "no service is known for this address"),
        ("nothing", "no service is known for this address"),
        ("mailto://me:canary@example.org?to=a@example.org,b@example.org", "the address names several at once"),
    ],
)
def test_an_address_that_does_not_do_is_refused_unseen(address: str, text: str) -> None:
    """What, where and next; the secret in it is not repeated."""
    with pytest.raises(UsageError) as refused:
        recipient_of(address)

    assert text in str(refused.value)
    assert "next: " in str(refused.value)
    assert "canary" not in str(refused.value)
