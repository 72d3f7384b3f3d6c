"""Bad input through the command: clear messages, all at once, exit code 2 (flows.commands.check)."""

from pathlib import Path

import pytest

from tests.conftest import Clock, still_world
from tests.flows.command import invoke

GOOD_SOURCES = "sources:\n  - {id: sheet, connector: file, path: numbers/*.csv}\n"
HEAD = """\
period: {id: term, start: 2026-10-01, end: 2026-12-31}
timezone: Europe/Oslo
objectives:
  - id: shop
    title: A shop that works
    key_results:
"""
GOOD = "      - {id: ten, title: Ten, metric: shop.units_sold, kind: total, target: 10}\n"


def _check(home: Path, *, objectives: str = HEAD + GOOD, sources: str = GOOD_SOURCES) -> tuple[int, str]:
    (home / "okr_config" / "objectives").mkdir(parents=True, exist_ok=True)
    (home / "okr_config" / "sources.yaml").write_text(sources, encoding="utf-8")
    (home / "okr_config" / "objectives" / "term.yaml").write_text(objectives, encoding="utf-8")
    result = invoke(still_world(Clock()), "check", home=home, env={"OKR_TEST_SET": "x"})
    return result.exit_code, result.output


CASES = {
    "unknown key": (HEAD + GOOD.replace("target: 10", "target: 10, taget: 9"), None, "term.yaml:7:", "taget"),
    "unknown metric": (
        HEAD + GOOD.replace("units_sold", "unit_sold"),
        None,
        "term.yaml:7:",
        "did you mean 'shop.units_sold'",
    ),
    "baseline equal to target": (
        HEAD + GOOD.replace("target: 10", "target: 10, baseline: 10"),
        None,
        "term.yaml:7:",
        "baseline",
    ),
    "distinct as total": (HEAD + GOOD.replace("shop.units_sold", "web.visitors"), None, "term.yaml:7:", "kind: window"),
    "inverted period": (HEAD.replace("2026-10-01", "2027-10-01") + GOOD, None, "term.yaml:1:", "period"),
    "duplicate ids": (HEAD + GOOD + GOOD, None, "term.yaml:8:", "ten"),
    "missing variable": (
        None,
        "sources:\n  - {id: p, connector: plausible, site_id: a.example, api_key: '${OKR_TEST_UNSET}'}\n",
        "sources.yaml:2:",
        "OKR_TEST_UNSET",
    ),
    "literal secret": (
        None,
        "sources:\n  - {id: p, connector: plausible, site_id: a.example, api_key: CANARY-5f0c2a9d11e84b77}\n",
        "sources.yaml:2:",
        "api_key",
    ),
    "unreadable YAML": (HEAD + "      - {id: ten, title: [\n", None, "term.yaml:", "YAML"),
    "wrong date": (HEAD.replace("2026-10-01", "2026-13-01") + GOOD, None, "term.yaml:1:", "date"),
    "two sources on one account": (
        None,
        "sources:\n" + "".join(f"  - {{id: {name}, connector: bluesky, account: x.bsky.social}}\n" for name in "ab"),
        "sources.yaml:3:",
        "account",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_named(tmp_path: Path, name: str) -> None:
    """Each mistake has one message with its place, and exit code 2."""
    objectives, sources, place, word = CASES[name]

    code, output = _check(tmp_path, objectives=objectives or HEAD + GOOD, sources=sources or GOOD_SOURCES)

    assert 2 == code, output
    assert place in output
    assert word in output
    assert "1 problem in the config" in output
    assert "next: mend what is named, then okr check" in output
    assert "CANARY" not in output
    assert "Traceback" not in output


def test_all_mistakes_come_in_one_go(tmp_path: Path) -> None:
    """Mistakes in several files are told together."""
    objectives = (
        HEAD.replace("Europe/Oslo", "Europe/Olso")
        + GOOD.replace("units_sold", "unit_sold")
        + GOOD.replace("ten", "two").replace("10", "ti")
    )

    code, output = _check(
        tmp_path, objectives=objectives, sources="sources:\n  - {id: a, connector: blusky, account: x}\n"
    )

    assert 2 == code
    assert "4 problems in the config" in output
    for place in ("sources.yaml:2:", "term.yaml:2:", "term.yaml:7:", "term.yaml:8:"):
        assert place in output


def test_a_good_folder_passes(tmp_path: Path) -> None:
    """The same folder without mistakes exits 0 and names the next command."""
    code, output = _check(tmp_path)

    assert 0 == code, output
    assert "next: okr run" in output
