"""`okr sources`: what a folder has configured, with its state."""

import json

from click.testing import Result

from tests.flows.command import invoke
from tests.flows.project_folder import Folder

SOURCES = """\
sources:
  - {id: sheet, connector: file, path: numbers/*.csv}
  - {id: gone, connector: file, path: nothing/*.csv}
  - {id: rest, connector: file, path: rest/*.csv, enabled: false}
  - {id: shop, connector: shopify, shop: x.myshopify.com, access_token: "${TOKEN}", enabled: false}
"""


def ask(folder: Folder, *options: str) -> Result:
    """Call the command on the folder."""
    return invoke(folder.world, "sources", *options, home=folder.home)


def rows(folder: Folder) -> dict[str, dict[str, object]]:
    """Return what is told of each source."""
    return {row["source"]: row for row in json.loads(ask(folder, "--json").stdout)}


def test_each_source_has_its_state(folder: Folder) -> None:
    """What came, what failed and why, what is not in use; newest data are of the newest run."""
    folder.write("okr_config/project.yaml", "timezone: Europe/Oslo\n")
    folder.write("okr_config/sources.yaml", SOURCES)
    folder.write(".env", "TOKEN=x\n")
    folder.write("numbers/numbers.csv", "metric,day,value\nshop.units_sold,2026-11-22,1\n")
    before = {name: row["state"] for name, row in rows(folder).items()}
    folder.run()

    told, shown = rows(folder), ask(folder)

    assert {"sheet": "not run yet", "gone": "not run yet", "rest": "not in use", "shop": "not in use"} == before
    assert {"sheet": "fresh", "gone": "failing", "rest": "not in use", "shop": "not in use"} == {
        name: row["state"] for name, row in told.items()
    }
    assert ["source", "connector", "account", "state", "newest_data_at", "last_error"] == list(told["sheet"])
    assert ("file", "numbers/*.csv", None) == tuple(
        told["sheet"][name] for name in ("connector", "account", "last_error")
    )
    assert str(told["sheet"]["newest_data_at"]).startswith("2026-11-2")
    assert (None, True) == (told["gone"]["newest_data_at"], bool(told["gone"]["last_error"]))
    assert "x.myshopify.com" == told["shop"]["account"]
    assert "next: okr doctor gone" == shown.stderr.splitlines()[-1]


def test_a_secret_that_is_missing_hides_accounts_alone(folder: Folder) -> None:
    """Whoever only reads a folder has no secrets: what is configured is listed, and what is missing is said."""
    folder.write("okr_config/project.yaml", "timezone: Europe/Oslo\n")
    folder.write("okr_config/sources.yaml", SOURCES)

    result = ask(folder)

    assert 0 == result.exit_code
    assert ["sheet", "gone", "rest", "shop"] == [line.split()[0] for line in result.stdout.splitlines()[2:]]
    assert "accounts are not shown: okr check tells what the config lacks" in result.stderr


def test_a_folder_without_sources_says_so(folder: Folder) -> None:
    """And names what makes one."""
    folder.write("okr_config/project.yaml", "timezone: Europe/Oslo\n")
    (folder.home / "okr_config" / "sources.yaml").unlink()

    result = ask(folder)

    assert (0, "[]") == (ask(folder, "--json").exit_code, ask(folder, "--json").stdout.strip())
    assert "no source is configured" in result.stderr
    assert "next: okr connect CONNECTOR" == result.stderr.splitlines()[-1]
