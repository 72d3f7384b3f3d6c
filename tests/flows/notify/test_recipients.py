"""Whom an address names, without repeating it (flows.notify.recipients, flows.notify.delivery)."""

import pytest

from flows.notify.recipients import recipient_of
from okr_config.errors import UsageError

TEAMS = (
    "https://prod-15.westeurope.logic.azure.com:443/workflows/3e9e2c1b0a9d4f5e8c7b6a5d4e3f2a1b/triggers/manual/paths/"
    f"invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={'abcdefghijklmnopqrst' * 2}"
)
ADDRESSES = {
    "slack": "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "discord": f"https://discord.com/api/webhooks/417429632418316298/{'JHZ7lQml277CDHmQKMHI8' * 3}",
    "workflow": TEAMS,
    "mailto": "mailto://me:canary@example.org?to=a@example.org",
}


@pytest.mark.parametrize(("service", "address"), ADDRESSES.items())
def test_a_recipient_is_known_by_its_service_and_a_fingerprint(service: str, address: str) -> None:
    """Slack, Discord, Teams and mail as they show their addresses; the name leads back to nobody."""
    recipient = recipient_of(address)

    assert recipient.name == recipient_of(address).name
    assert service == recipient.name.rpartition("-")[0]
    assert address[-12:] not in repr(recipient)


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
