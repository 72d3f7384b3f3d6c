"""`okr connect`: nothing is written before a test call has worked; no secret is shown (flows.sources.credentials)."""

import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

import connectors
from connectors.source import Login
from flows.commands.connect import Choice, connect_source
from flows.console import output
from flows.sources.catalogue import Setting, variable_name
from okr_config.errors import OkrError, UsageError
from okr_config.world import World
from tests.connectors.loopback import Loopback, Reply
from tests.connectors.test_plausible import CASE
from tests.flows.project_folder import Folder

SECRET = "CANARY-key-of-the-shop"
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


def _answers(**answers: str) -> Any:  # noqa: ANN401 - a function that answers
    def ask(setting: Setting) -> str:
        return answers[setting.name]

    return ask


def test_a_source_is_written_after_a_test_call(
    home: Folder, server: Loopback, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lines are added, the secret goes to .env alone, and the folder checks out and pulls."""
    choice = Choice(None, {"base_url": server.url, "site_id": "shop.example"})

    connect_source(home.project(), "plausible", choice, _answers(api_key=SECRET))

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
    connect_source(home.project(), "plausible", choice, _answers(api_key=SECRET))
    before, calls = (home.home / "okr_config" / "sources.yaml").read_text(), len(server.seen)

    with pytest.raises(UsageError, match="source plausible reads this account already"):
        connect_source(home.project(), "plausible", choice, _answers(api_key=f"{SECRET}-2"))

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
            _answers(api_key=SECRET),
        )

    assert told in str(caught.value)
    assert "CANARY" not in str(caught.value)
    after = {path: path.read_bytes() for path in home.home.rglob("*") if path.is_file() and ".okr" not in path.parts}
    assert before == after


def test_a_second_source_of_a_kind_gets_a_name_of_its_own(home: Folder, server: Loopback) -> None:
    """And its secret a variable of its own."""
    for site in ("a.example", "b.example"):
        choice = Choice(None, {"base_url": server.url, "site_id": site})
        connect_source(home.project(), "plausible", choice, _answers(api_key=SECRET))

    assert ["sheet", "plausible", "plausible-2"] == [source.id for source in home.project().config().sources]
    assert "PLAUSIBLE_2_API_KEY" == variable_name("plausible-2", "api_key")


def test_a_login_in_the_browser_brings_the_secret(
    home: Folder, server: Loopback, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the login obtains is not asked for; it is tried and written like what is typed."""
    login = Login(
        authorize="https://vendor.example/authorize",
        token="/oauth/token",
        keeps={"access_token": "api_key"},
        client_id="site_id",
        client_secret=None,
    )
    changed = replace(connectors.load("plausible"), login=login)
    monkeypatch.setattr(connectors, "load", lambda _: changed)
    good = server.script
    server.script = lambda request: Reply({"access_token": SECRET}) if request.path == "/oauth/token" else good(request)

    def say(text: str) -> None:
        if "https://vendor.example" in text:
            query = {name: values[0] for name, values in parse_qs(urlsplit(text.strip()).query).items()}
            answer = f"{query['redirect_uri']}?{urlencode({'code': 'c', 'state': query['state']})}"
            threading.Thread(target=urllib.request.urlopen, args=(answer,), daemon=True).start()

    monkeypatch.setattr(output, "say", say)
    connect_source(home.project(), "plausible", Choice("site", {"base_url": server.url, "site_id": "x"}), _answers())

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
            _answers(api_key=SECRET),
        )

    assert "    api_key: ${PLAUSIBLE_API_KEY}" in caught.value.where
