"""`okr connect` (flows.sources.asking, .credentials, flows.console.questions, .messages, connectors.prompts)."""

import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

import connectors
from connectors.source import Login
from flows.commands.connect import Choice, connect_source
from flows.console import output
from flows.console.questions import Judge, UnfitError
from flows.sources.asking import ask_settings, judged
from flows.sources.catalogue import settings_of, variable_name
from okr_config.errors import OkrError, SourceError, UsageError
from okr_config.world import World
from scorecard.i18n.language import Language
from tests.connectors.loopback import Loopback, Reply
from tests.connectors.test_plausible import CASE
from tests.flows.project_folder import Folder

SECRET = "CANARY-key-of-the-shop"
_LOGIN = Login(
    authorize="https://vendor.example/authorize",
    token="/oauth/token",
    keeps={"access_token": "api_key"},
    client_id="site_id",
    client_secret=None,
)
OWN_DOMAIN = "that is the shop's own domain; the one wanted ends with myshopify.com, see Settings > Domains"
TODAY = {"results": [{"dimensions": [], "metrics": [1, 2, 3]}], "meta": {}, "query": {}}


@pytest.fixture
def server(world: World, tmp_path: Path) -> Iterator[Loopback]:
    """Start a server that speaks Plausible."""
    running = Loopback(world, tmp_path)
    running.script = lambda request: Reply(CASE["good"](request) if request.body["dimensions"] else TODAY)
    yield running
    running.stop()


@pytest.fixture
def home(folder: Folder) -> Folder:
    """Return a folder with one source and a comment."""
    folder.write("okr_config/project.yaml", "timezone: Europe/Oslo\n")
    folder.write("okr_config/sources.yaml", "sources:\n  # the till\n  - {id: sheet, connector: file, path: a.csv}\n")
    folder.write(".env", "# ours\n")
    return folder


class _Answers:
    """Someone who answers by the first word of a question; a list is an answer after the other."""

    language: Language = "en"

    def __init__(self, *, patient: bool = False, **answers: str | list[str]) -> None:
        self.patient = patient
        self.answers = answers
        self.labels: list[str] = []
        self.told: list[str] = []

    def ask(self, label: str, judge: Judge, *, is_secret: bool, may_be_empty: bool) -> str:  # noqa: ARG002 - as asked
        """Answer, once more where it does not fit."""
        self.labels.append(label)
        found = self.answers.get(label.partition(" ")[0], "")
        while isinstance(found, list):
            try:
                return judge(found.pop(0))
            except UnfitError as error:
                self.told.append(str(error))
        return judge(found)


def test_a_source_is_written_after_a_test_call(
    home: Folder, server: Loopback, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lines are added, the secret goes to .env alone, and the folder checks out and pulls."""
    choice = Choice(None, {"base_url": server.url, "site_id": "shop.example"})

    connect_source(home.project(), "plausible", choice, _Answers(api_key=SECRET))

    printed = capsys.readouterr()
    assert (home.home / "okr_config" / "sources.yaml").read_text() == (
        "sources:\n  # the till\n  - {id: sheet, connector: file, path: a.csv}\n"
        "  - id: plausible\n    connector: plausible\n"
        f"    base_url: {server.url}\n    site_id: shop.example\n    api_key: ${{PLAUSIBLE_API_KEY}}\n"
    )
    assert f"# ours\nPLAUSIBLE_API_KEY={SECRET}\n" == (home.home / ".env").read_text()
    assert 0o600 == (home.home / ".env").stat().st_mode & 0o777
    assert "CANARY" not in printed.out + printed.err
    assert "next: okr run --only plausible" == printed.err.splitlines()[-1]
    assert ["sheet", "plausible"] == [settings.id for settings in home.project().config().sources]


def test_an_account_that_is_configured_is_not_written_again(home: Folder, server: Loopback) -> None:
    """A new key for the same site is no new source: it is refused before any call, with the source that reads it."""
    choice = Choice(None, {"base_url": server.url, "site_id": "shop.example"})
    connect_source(home.project(), "plausible", choice, _Answers(api_key=SECRET))
    before, calls = (home.home / "okr_config" / "sources.yaml").read_text(), len(server.seen)

    with pytest.raises(UsageError, match="source plausible reads this account already"):
        connect_source(home.project(), "plausible", choice, _Answers(api_key=f"{SECRET}-2"))

    assert (before, calls) == ((home.home / "okr_config" / "sources.yaml").read_text(), len(server.seen))


@pytest.mark.parametrize(
    ("choice", "answer", "error", "told"),
    [
        (Choice(None, {"site_id": "shop.example"}), Reply({"error": SECRET}, 401), OkrError, "the test call failed"),
        (Choice(None, {"site_id": "shop.example", "rate": "x"}), Reply(), UsageError, "rate"),
        (Choice(None, {"site_id": "shop.example", "sites": "x"}), Reply(), UsageError, "sites"),
        (Choice("sheet", {"site_id": "shop.example"}), Reply(), UsageError, "called sheet already"),
        (Choice("not an id", {"site_id": "shop.example"}), Reply(), UsageError, "id"),
    ],
    ids=["refused", "wrong type", "unknown setting", "id taken", "no id"],
)
def test_nothing_is_written_when_something_is_wrong(  # noqa: PLR0913, PLR0917 - cases
    home: Folder, server: Loopback, choice: Choice, answer: Reply, error: type[OkrError], told: str
) -> None:
    """The folder is as it was, and the error repeats no secret."""
    server.script = lambda _: answer
    before = {path: path.read_bytes() for path in home.home.rglob("*") if path.is_file()}

    with pytest.raises(error) as caught:
        connect_source(
            home.project(),
            "plausible",
            replace(choice, given={"base_url": server.url, **choice.given}),
            _Answers(api_key=SECRET),
        )

    assert told in str(caught.value)
    assert "CANARY" not in str(caught.value)
    after = {path: path.read_bytes() for path in home.home.rglob("*") if path.is_file() and ".okr" not in path.parts}
    assert before == after


def test_a_second_source_of_a_kind_gets_a_name_of_its_own(home: Folder, server: Loopback) -> None:
    """And its secret a variable of its own."""
    for site in ("a.example", "b.example"):
        choice = Choice(None, {"base_url": server.url, "site_id": site})
        connect_source(home.project(), "plausible", choice, _Answers(api_key=SECRET))

    assert ["sheet", "plausible", "plausible-2"] == [source.id for source in home.project().config().sources]
    assert "PLAUSIBLE_2_API_KEY" == variable_name("plausible-2", "api_key")


def test_a_login_in_the_browser_brings_the_secret(
    home: Folder, server: Loopback, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the login obtains is not asked for; it is tried and written like what is typed."""
    changed = replace(connectors.load("plausible"), login=_LOGIN)
    monkeypatch.setattr(connectors, "load", lambda _: changed)
    good = server.script
    server.script = lambda request: Reply({"access_token": SECRET}) if request.path == "/oauth/token" else good(request)

    def say(text: str) -> None:
        if "https://vendor.example" in text:
            query = {name: values[0] for name, values in parse_qs(urlsplit(text.strip()).query).items()}
            answer = f"{query['redirect_uri']}?{urlencode({'code': 'c', 'state': query['state']})}"
            threading.Thread(target=urllib.request.urlopen, args=(answer,), daemon=True).start()

    monkeypatch.setattr(output, "say", say)
    connect_source(home.project(), "plausible", Choice("site", {"base_url": server.url, "site_id": "x"}), _Answers())

    assert f"SITE_API_KEY={SECRET}\n" in (home.home / ".env").read_text()
    assert "CANARY" not in capsys.readouterr().out


def test_a_list_in_brackets_is_not_touched(home: Folder, server: Loopback) -> None:
    """The lines to add are shown instead, with the secret as a variable."""
    home.write("okr_config/sources.yaml", "sources: [{id: sheet, connector: file, path: a.csv}]\n")

    with pytest.raises(UsageError, match="not a plain list") as caught:
        connect_source(
            home.project(),
            "plausible",
            Choice(None, {"base_url": server.url, "site_id": "x"}),
            _Answers(api_key=SECRET),
        )

    assert "    api_key: ${PLAUSIBLE_API_KEY}" in caught.value.where


@pytest.mark.parametrize(
    ("connector", "typed", "told", "kept"),
    [
        (
            "ga4",
            {"property_id": ["G-ABC123", "properties/123456789"], "credentials": "x"},
            ["property_id does not fit: that is the measurement id; the property id is a number under Admin"],
            {"property_id": "123456789", "credentials": "x"},
        ),
        (
            "shopify",
            {"shop": "my-shop", "Which": "1", "access_token": "t"},
            [],
            {"shop": "my-shop.myshopify.com", "access_token": "t"},
        ),
        (
            "shopify",
            {
                "shop": ["shop.example", "https://admin.shopify.com/store/my-shop/settings"],
                "Which": ["3", "2"],
                "client_id": "i",
                "client_secret": "s",
            },
            [
                "type a whole number from 1 to 2",
                f"shop does not fit: {OWN_DOMAIN}",
            ],
            {"shop": "my-shop.myshopify.com", "client_id": "i", "client_secret": "s"},
        ),
        (
            "instagram",
            {"account_id": ["@my_shop", "178414"], "access_token": ["", "IGAA"]},
            [
                "account_id does not fit: the number is needed, not the name: it stands where the token is made",
                "access_token is needed",
            ],
            {"account_id": "178414", "access_token": "IGAA"},
        ),
        ("bluesky", {"account": "@my-shop"}, [], {"account": "my-shop.bsky.social"}),
        (
            "matomo",
            {"url": "stats.shop.example/", "site_id": ["shop.example", "3"], "token": "t"},
            ["site_id does not fit: for example 1"],
            {"url": "https://stats.shop.example", "site_id": "3", "token": "t"},
        ),
        (
            "umami",
            {"website_id": "4fb7fa4c-5b46-438d-94b3-3a8fb9bc2e8b", "Which": "1", "api_key": "k"},
            [],
            {"website_id": "4fb7fa4c-5b46-438d-94b3-3a8fb9bc2e8b", "api_key": "k"},
        ),
    ],
)
def test_each_answer_is_judged_as_it_is_typed(
    connector: str, typed: dict[str, str | list[str]], told: list[str], kept: dict[str, str]
) -> None:
    """One that does not fit is asked for again, one that means it is completed; of two ways in one is taken."""
    asker = _Answers(patient=True, **typed)

    assert kept == ask_settings(connectors.load(connector), {}, frozenset(), asker)
    assert told == asker.told


def test_questions_have_examples_and_speak_norwegian() -> None:
    """In the folder's language; what may be left out says so."""
    asker = _Answers(property_id="1", credentials="x")
    asker.language = "nb"
    stripe = _Answers(api_key="x")

    ask_settings(connectors.load("ga4"), {}, frozenset(), asker)
    ask_settings(connectors.load("stripe"), {}, frozenset(), stripe)

    assert ["property_id (for eksempel 123456789)", "credentials"] == asker.labels
    assert ["api_key", "account (empty leaves it out)"] == stripe.labels


@pytest.mark.parametrize("name", connectors.names())
def test_every_setting_with_a_form_has_an_example_that_fits(name: str) -> None:
    """What is wanted shows before it is typed; ways in name settings that there are."""
    source = connectors.load(name)
    settings = {setting.name: setting for setting in settings_of(source)}

    for setting in settings.values():
        if setting.example:
            assert setting.example == judged(source, {}, setting, setting.example, "en")
    assert {each for way in source.settings.alternatives for each in way} <= settings.keys()


def test_what_was_typed_is_kept_when_the_call_fails(home: Folder, server: Loopback) -> None:
    """Someone at a terminal types the wrong key anew and nothing else."""
    good = server.script
    server.script = lambda request: (
        good(request) if request.headers["authorization"].endswith(SECRET) else Reply({"error": "no"}, 401)
    )
    asker = _Answers(patient=True, api_key=["wrong", SECRET], site_id=["shop.example", ""])

    connect_source(home.project(), "plausible", Choice(None, {"base_url": server.url}), asker)

    assert ["site_id", "api_key", "site_id", "api_key"] == [label.partition(" ")[0] for label in asker.labels]
    assert "api_key (empty keeps the old one)" == asker.labels[-1]
    assert f"PLAUSIBLE_API_KEY={SECRET}\n" in (home.home / ".env").read_text()
    assert "site_id: shop.example\n" in (home.home / "okr_config" / "sources.yaml").read_text()


def test_a_login_works_without_a_browser_here(
    home: Folder, server: Loopback, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The address that the browser ended at elsewhere is pasted back; anything else is told."""
    changed = replace(connectors.load("plausible"), login=_LOGIN)
    monkeypatch.setattr(connectors, "load", lambda _: changed)
    good = server.script
    server.script = lambda request: Reply({"access_token": SECRET}) if request.path == "/oauth/token" else good(request)
    shown: list[str] = []
    monkeypatch.setattr(output, "say", shown.append)

    class Pasting(_Answers):
        def ask(self, label: str, judge: Judge, *, is_secret: bool, may_be_empty: bool) -> str:
            if not label.startswith("Paste"):
                return super().ask(label, judge, is_secret=is_secret, may_be_empty=may_be_empty)
            assert is_secret
            query = parse_qs(urlsplit(next(line for line in shown if "vendor.example" in line).strip()).query)
            return judge(f"{query['redirect_uri'][0]}?{urlencode({'code': 'c', 'state': query['state'][0]})}")

    choice = Choice("site", {"base_url": server.url, "site_id": "x"}, paste=True)
    connect_source(home.project(), "plausible", choice, Pasting())

    assert f"SITE_API_KEY={SECRET}\n" in (home.home / ".env").read_text()
    with pytest.raises(SourceError, match="what was pasted is not the address of an answer"):
        connect_source(home.project(), "plausible", replace(choice, source_id="b"), _Answers())
    assert "CANARY" not in capsys.readouterr().out
