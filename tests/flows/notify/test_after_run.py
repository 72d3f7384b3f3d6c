"""What runs send: once, again where it failed, never twice (flows.notify.after_run, .due, .outbox)."""

import json

import pytest

from okr_config.world import World
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply
from tests.flows.notify.conftest import notify
from tests.flows.notify.mail import MailServer
from tests.flows.project_folder import Folder
from warehouse import hold_run_lock

pytestmark = pytest.mark.slow

STATES = 'select kind, state, attempts, error from notification order by "at"'


def json_hook(hook: Loopback) -> str:
    """Return the address of a server that takes JSON."""
    return hook.url.replace("http://", "json://") + "/secret-path"


def logged(folder: Folder) -> list[str]:
    """Return what the run said of messages."""
    return [event.what for event in folder.events if event.kind == "log" and " to json-" in event.what]


def test_the_first_run_of_a_week_sends_the_digest_once(team: Folder, hook: Loopback, clock: Clock) -> None:
    """A second run of the week sends nothing; the next week does."""
    notify(team, json_hook(hook))
    for _ in range(2):
        team.run()
        clock.move(hours=1)
    first = [request.body["message"] for request in hook.seen]
    clock.move(days=7)
    team.run()

    assert 1 == len(first)
    assert "• As of 23 November 2026, 38 days left." in first[0].replace("\N{NO-BREAK SPACE}", " ")
    assert ["/secret-path"] * 2 == [request.path for request in hook.seen]
    assert ["sending", "sent"] * 2 == team.query(STATES)["state"].to_list()


def test_a_status_that_changes_is_told_once(team: Folder, hook: Loopback, clock: Clock) -> None:
    """Each with what it was; the next run, at which nothing changes, tells nothing."""
    notify(team, json_hook(hook), "on: [status], owner: Kari, language: nb")
    team.run()
    clock.move(hours=1)
    team.run()

    assert 1 == len(hook.seen)
    assert "term: 1 status er endret" == hook.seen[0].body["title"]
    assert hook.seen[0].body["message"].startswith("• «Sales» er ute av rute, før i rute.")
    assert ["sales off_track"] == [
        " ".join(text.split()[:2]) for text in team.query("select distinct subject from notification")["subject"]
    ]


def test_who_has_to_bring_numbers_is_reminded_once_a_week(team: Folder, hook: Loopback, clock: Clock) -> None:
    """A check-in that nobody made is asked for; in the same week not again."""
    notify(team, json_hook(hook), "on: [reminder]")
    team.run()
    clock.move(days=1)
    team.run()

    assert ["term: numbers that are missing"] == [request.body["title"] for request in hook.seen]
    assert ["• “Members” waits for the first number from you (okr checkin members)."] == [
        request.body["message"] for request in hook.seen
    ]


def test_a_service_that_fails_is_asked_again_and_then_by_the_next_run(
    team: Folder, hook: Loopback, clock: Clock
) -> None:
    """Growing pauses within a run; what failed for good in it is due in the next, and told once."""
    notify(team, json_hook(hook))
    hook.script = lambda _: Reply(status=500)
    outcome = team.run()
    failed, slept = logged(team), [pause for pause in clock.slept if pause in (1.0, 5.0, 20.0)]
    hook.script = lambda _: Reply(b"ok")
    team.run()
    team.run()

    assert outcome.complete
    assert [1.0, 5.0, 20.0] == slept
    assert 4 + 1 == len(hook.seen)
    assert ["it answers 500   next: the next run tries again"] == [line.partition(": ")[2] for line in failed]
    assert [("failed", 4, "it answers 500"), ("sent", 1, None)] == (
        team.query(f"select state, attempts, error from ({STATES}) where state <> 'sending'").rows()
    )


def test_a_service_that_asks_for_patience_gets_it(team: Folder, hook: Loopback, clock: Clock) -> None:
    """429 with Retry-After: that long, and one message."""
    notify(team, json_hook(hook))
    answers = [Reply(status=429, headers={"Retry-After": "7"}), Reply(b"ok")]
    hook.script = lambda _: answers.pop(0)
    team.run()

    assert 7.0 in clock.slept
    assert [2] == team.query("select attempts from notification where state = 'sent'")["attempts"].to_list()


def test_a_no_for_good_is_not_asked_again(team: Folder, hook: Loopback) -> None:
    """A webhook that was taken back answers 404: one request a run."""
    notify(team, json_hook(hook))
    hook.script = lambda _: Reply(status=404)
    team.run()

    assert 1 == len(hook.seen)


def test_what_may_have_arrived_is_not_sent_again(team: Folder, hook: Loopback) -> None:
    """No answer after all was handed over: nobody knows, so nobody is told twice."""
    notify(team, json_hook(hook) + "?rto=0.2")
    hook.script = lambda _: Reply(b"ok", fault="hang")
    team.run()
    said = logged(team)
    hook.released.set()
    team.run()

    assert 1 == len(hook.seen)
    assert "it may have arrived" in said[0]


def test_a_run_cut_off_while_it_sends_sends_nothing_twice(
    team: Folder, hook: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was noted as on its way stays so."""
    notify(team, json_hook(hook))
    with monkeypatch.context() as patch:

        def cut_off(*_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr("flows.notify.outbox.deliver", cut_off)
        with pytest.raises(KeyboardInterrupt):
            team.run()
    team.run()

    assert [] == hook.seen
    assert ["sending"] == team.query(STATES)["state"].to_list()


def test_mail_that_is_refused_is_sent_again(team: Folder, mail: MailServer) -> None:
    """One letter arrives, in HTML, and the address stands in no table and no line."""
    notify(team, f"mailto://127.0.0.1:{mail.port}?from=okr@example.org&to=kari@example.org&mode=insecure")
    mail.refusals = 1
    team.run()
    body = mail.letters[0].get_body(("html",))

    assert ["term, week 47"] == [letter["subject"] for letter in mail.letters]
    assert body
    assert "<li>As of 23" in body.get_content()
    assert [("sent", 2)] == team.query("select state, attempts from notification where state <> 'sending'").rows()
    assert "example.org" not in json.dumps([event.as_json() for event in team.events], default=str)
    assert team.query("from notification")["recipient"][0].startswith("mailto-")


SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
DISCORD = f"https://discord.com/api/webhooks/417429632418316298/{'JHZ7lQml277CDHmQKMHI8' * 3}"


@pytest.mark.parametrize(
    ("place", "address"),
    [("slack.NotifySlack.webhook_url", SLACK), ("discord.NotifyDiscord.notify_url", DISCORD)],
)
def test_webhooks_are_taken_as_their_services_show_them(
    team: Folder, hook: Loopback, monkeypatch: pytest.MonkeyPatch, place: str, address: str
) -> None:
    """Slack's and Discord's own addresses; what arrives is theirs to show, and no line has the address."""
    monkeypatch.setattr(f"apprise.plugins.{place}", hook.url)
    notify(team, address)
    team.run()

    assert 1 == len(hook.seen)
    assert "Sales" in json.dumps(hook.seen[0].body)
    assert [] == [event.what for event in team.events if address[-12:] in str(event.as_json())]


def test_another_run_that_is_going_on_sends_instead(team: Folder, hook: Loopback, world: World) -> None:
    """Two at once would tell twice: who has no lock leaves it."""
    from flows.notify.after_run import notify as send_due

    team.run()
    notify(team, json_hook(hook))
    project = team.project()
    with hold_run_lock(project.warehouse.path.parent, world=world):
        said = list(send_due(project))

    assert ["messages are left to the run that is going on"] == said
    assert [] == hook.seen


def test_nobody_to_notify_costs_nothing(team: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without `notify` never looks for messages."""
    monkeypatch.setattr("flows.notify.after_run.notify", None)

    assert team.run().complete
