"""A digest to Teams, as it is really sent: over TLS, to a workflow of Power Automate (flows.notify.delivery)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from okr_config.world import World
from tests.connectors.loopback import Loopback, Reply
from tests.flows.notify.conftest import notify
from tests.flows.notify.tls import certified
from tests.flows.project_folder import Folder

SENT = "select state, attempts, error from notification where state <> 'sending' order by \"at\""
WORKFLOW, SIGNATURE = "643e69f83c8944438d68119179a10a64", "KODuebWbDGYFr0z0eu-6Rj8aUKz7108W3wrNJZxFE5A"


@pytest.fixture
def teams(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """Start a workflow's address behind TLS; its authority is named as any program of Python's is told of one."""
    context, authority = certified(tmp_path)
    running = Loopback(world, tmp_path, tls=context)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority))
    running.script = lambda _: Reply(status=202)
    yield running
    running.stop()


def address(teams: Loopback) -> str:
    """Return the webhook as Teams shows it."""
    query = f"api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={SIGNATURE}"
    return f"{teams.url}/workflows/{WORKFLOW}/triggers/manual/paths/invoke?{query}"


def test_a_workflow_takes_the_digest_as_a_card(team: Folder, teams: Loopback) -> None:
    """The address as Teams shows it, one post, the signature in it; the words are those of the digest."""
    notify(team, address(teams))
    team.run()
    team.run()

    (request,) = teams.seen
    (card,) = (each["content"] for each in request.body["attachments"])
    words = "\n".join(block["text"] for block in card["body"]).replace("\N{NO-BREAK SPACE}", " ")
    assert ("POST", f"/workflows/{WORKFLOW}/triggers/manual/paths/invoke") == (request.method, request.path)
    assert SIGNATURE == request.query["sig"]
    assert "AdaptiveCard" == card["type"]
    assert "As of 23 November 2026, 38 days left." in words
    assert [("sent", 1, None)] == team.query(SENT).rows()


def test_one_that_fails_once_gets_one_message(team: Folder, teams: Loopback) -> None:
    """500, then 202: tried again in the same run, and no other run sends it again."""
    notify(team, address(teams))
    answers = [Reply(status=500), Reply(status=202)]
    teams.script = lambda _: answers.pop(0)
    team.run()
    team.run()

    assert [] == answers
    assert [("sent", 2, None)] == team.query(SENT).rows()
    assert teams.seen[0].body == teams.seen[1].body


def test_an_authority_that_nobody_named_is_not_trusted(
    team: Folder, teams: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is handed over; it is told without the address, and the next run sends it once the authority is named."""
    notify(team, address(teams))
    with monkeypatch.context() as patch:
        patch.delenv("REQUESTS_CA_BUNDLE")
        team.run()
        before = len(teams.seen)
    said = [event.what for event in team.events if event.kind == "log" and "next run tries again" in event.what]
    team.run()

    assert (0, 1) == (before, len(teams.seen))
    assert SIGNATURE not in "".join(said)
    assert [
        ("failed", 4, "its certificate cannot be trusted: SSL_CERT_FILE names the authority"),
        ("sent", 1, None),
    ] == team.query(SENT).rows()
