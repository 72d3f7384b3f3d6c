"""New credentials for a source that is there: in place, tried first, and its numbers go on as one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from connectors.credentials import Vault
from flows.cli import okr
from okr_config.world import World
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply, Request
from tests.flows.project_folder import Folder

ACCOUNT = "17841400000000001"
OLD, NEW, WRONG = "IGAA-CANARY-old", "IGAA-CANARY-new", "IGAA-CANARY-wrong"
SOURCES = f"""\
sources: # ours
  - {{id: sheet, connector: file, path: a.csv}}
  - id: insta
    connector: instagram
    base_url: ${{SERVER}}
    account_id: {ACCOUNT}
    access_token: ${{INSTA_TOKEN}}
"""
DOTENV = f"# ours\r\nexport INSTA_TOKEN='{OLD}' # until May\r\nOTHER=1\r\n"
GOAL = """\
period: {id: q4, start: 2026-10-01, end: 2026-12-31}
timezone: Europe/Oslo
objectives:
  - id: seen
    title: Seen
    key_results:
      - {id: followers, title: Followers, metric: social.followers, kind: level, target: 500}
"""


class _Instagram:
    """Answers for one account, with the tokens that are good now."""

    def __init__(self) -> None:
        self.good = {OLD}

    def __call__(self, request: Request) -> Reply:
        if request.query.get("access_token") not in self.good:
            return Reply({"error": {"code": 190, "error_subcode": 463}}, 400)
        return Reply({"user_id": ACCOUNT, "followers_count": 203, "media_count": 61, "id": "9400000000000001"})


@pytest.fixture
def vendor(world: World, tmp_path: Path) -> Iterator[tuple[Loopback, _Instagram]]:
    """Start a server that speaks Instagram."""
    running, instagram = Loopback(world, tmp_path), _Instagram()
    running.script = instagram
    yield running, instagram
    running.stop()


@pytest.fixture
def home(folder: Folder, vendor: tuple[Loopback, _Instagram]) -> Folder:
    """Return a folder with a sheet and an account whose token is good."""
    folder.write("okr_config/sources.yaml", SOURCES)
    folder.write("okr_config/objectives/q4.yaml", GOAL)
    folder.write("a.csv", "metric,day,value\nshop.orders,2026-11-01,2\n")
    (folder.home / ".env").write_bytes(DOTENV.encode())
    folder.environ["SERVER"] = vendor[0].url
    return folder


def _okr(home: Folder, *arguments: str, typed: str = "") -> Result:
    env = {"SERVER": home.environ["SERVER"], "INSTA_TOKEN": home.environ.get("INSTA_TOKEN")}
    line = [*arguments, "--home", str(home.home)]
    return CliRunner(env=env).invoke(okr, line, input=typed, obj=home.world)


def _files(home: Folder) -> tuple[bytes, bytes]:
    return (home.home / "okr_config" / "sources.yaml").read_bytes(), (home.home / ".env").read_bytes()


def _followers(home: Folder) -> list[int]:
    return [int(value) for value in home.run().scoreboard["value"].to_list()]


def test_an_expired_token_is_renewed_by_the_command_that_doctor_names(
    home: Folder, vendor: tuple[Loopback, _Instagram], clock: Clock
) -> None:
    """Its value alone changes; the next run pulls, and the 203 followers are 203."""
    home.run()
    clock.move(days=1)
    assert [203] == _followers(home)
    vendor[1].good = {NEW}

    failing = _okr(home, "doctor", "--json")
    [fix] = [each["fix"] for each in json.loads(failing.stdout) if each["state"] == "failing"]
    assert (1, "okr connect insta") == (failing.exit_code, fix)
    renewed = _okr(home, *fix.split()[1:], typed=f"{NEW}\n")

    assert (0, f"insta works: {ACCOUNT}\n") == (renewed.exit_code, renewed.stdout)
    assert (SOURCES.encode(), DOTENV.replace(f"'{OLD}'", NEW).encode()) == _files(home)
    assert "CANARY" not in renewed.output
    clock.move(days=1)
    assert [203] == _followers(home)
    assert 0 == _okr(home, "doctor").exit_code


def test_nothing_changes_when_the_test_call_fails(home: Folder, vendor: tuple[Loopback, _Instagram]) -> None:
    """Neither the files nor the token that was kept; the error names the command once more."""
    Vault(home.home, home.world).keep("insta", OLD, {"access_token": "CANARY-kept", "ends_at": "2027-01-01T00:00Z"})
    before, kept = _files(home), Vault(home.home, home.world).read("insta", OLD)

    refused = _okr(home, "connect", "insta", typed=f"{WRONG}\n")

    assert 1 == refused.exit_code
    assert "refused the access token: it has expired\n  nothing was written\n" in refused.stderr
    assert "next: correct what was typed, then okr connect insta again" in refused.stderr
    assert (before, kept) == (_files(home), Vault(home.home, home.world).read("insta", OLD))
    assert 1 == len(vendor[0].seen)


@pytest.mark.parametrize(
    ("source", "environ", "told", "step"),
    [
        ("sheet", "", "source sheet has no credentials that could be renewed", "okr doctor sheet"),
        ("insta", OLD, "INSTA_TOKEN comes from the environment, which counts before .env", "set it there, then"),
        ("insta", "", "nothing was typed", "okr connect insta"),
    ],
    ids=["no secret", "from the environment", "nothing typed"],
)
def test_what_cannot_be_renewed_is_told(home: Folder, source: str, environ: str, told: str, step: str) -> None:
    """With what to do instead, and without a call."""
    if environ:
        home.environ["INSTA_TOKEN"] = environ
    before = _files(home)

    refused = _okr(home, "connect", source)

    assert 2 == refused.exit_code
    assert told in refused.stderr
    assert f"next: {step}" in refused.stderr
    assert before == _files(home)


def test_the_connector_of_a_configured_account_names_its_renewal(home: Folder) -> None:
    """Before anything is asked, and where the same account is named once more."""
    refused = _okr(
        home, "connect", "instagram", "--set", f"account_id={ACCOUNT}", "--set", "access_token=x", typed="\n"
    )

    assert 2 == refused.exit_code
    assert "source insta is configured: okr connect insta renews its credentials" in refused.stderr
    assert "source insta reads this account already" in refused.stderr
    assert "next: okr connect insta\n" in refused.stderr


def test_of_several_secrets_one_may_stay(home: Folder, vendor: tuple[Loopback, _Instagram]) -> None:
    """An empty answer keeps it; a variable that has no value yet must be typed."""
    home.write(
        "okr_config/sources.yaml",
        "sources:\n  - {id: shop, connector: woocommerce, base_url: '${SERVER}', url: 'https://shop.example',"
        " consumer_key: '${KEY}', consumer_secret: '${SECRET}'}\n",
    )
    home.write(".env", "KEY=ck_CANARY\nSECRET=cs_CANARY\n")
    vendor[0].script = lambda _: Reply([])

    renewed = _okr(home, "connect", "shop", typed="\ncs_new\n")

    assert 0 == renewed.exit_code, renewed.output
    assert b"KEY=ck_CANARY\nSECRET=cs_new\n" == _files(home)[1]
