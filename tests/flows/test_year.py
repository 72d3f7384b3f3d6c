"""A shop's real months, lived through by the product's own commands until everything has closed."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from warehouse.reading import read_published

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "year.py"
MONTHS = (2, 3, 4, 5)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def year() -> ModuleType:
    """Return the script that lives through a year."""
    spec = importlib.util.spec_from_file_location("year", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["year"] = module  # a dataclass looks its module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def lived(year: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Live from February to May; return the folder and what was told."""
    folder = tmp_path_factory.mktemp("lived") / "shop"
    return folder, list(year.live(folder, MONTHS))


def ask(folder: Path, sql: str) -> pl.DataFrame:
    """Ask the published copy."""
    return read_published(folder / "warehouse" / "published" / "okr.duckdb", sql)


def test_everything_closes_and_is_on_record(year: ModuleType, lived: tuple[Path, list[str]]) -> None:
    """Each of nine key results a month has closed as the scoreboard says, with chances said while it ran."""
    folder, told = lived
    closed = ask(folder, "select distinct key_result_id, hit from calibration order by 1")
    board = ask(folder, "select key_result_id, status = 'achieved' as hit from scoreboard order by 1")
    stages = ask(
        folder,
        "select stage, count(*) as n, min(elapsed) as first, max(elapsed) as last from calibration "
        "group by stage order by stage",
    )

    assert len(MONTHS) * len(year.WANTED) == board.height == closed.height
    assert board.equals(closed)
    assert [0.0, 0.25, 0.5, 0.75] == stages["stage"].to_list()
    assert all(row["last"] <= row["stage"] for row in stages.to_dicts())
    assert len(MONTHS) + 1 == len(told)


def test_every_chance_on_record_was_published_then(lived: tuple[Path, list[str]]) -> None:
    """What calibration holds is what the run of that evening said, word for word."""
    unsaid = ask(
        lived[0],
        "from calibration as c where not exists (from key_result_score as s where s.key_result_id = c.key_result_id"
        " and s.as_of = c.as_of and s.probability = c.measured and s.saved_at < s.as_of + interval 1 minute)",
    )

    assert 0 == unsaid.height


def test_it_is_learnt_from_and_compared(year: ModuleType, lived: tuple[Path, list[str]]) -> None:
    """Thirty-six have closed: the record is shown with both Brier scores, and what it has taught is told."""
    folder, told = lived
    rows = json.loads(year.call("calibration", folder, "--json").stdout)
    brier = ask(folder, "select avg(brier) as ours, avg(brier_stated) as theirs from calibration").row(0, named=True)

    assert {"ours", "theirs"} == {row["who"] for row in rows}
    assert "recalibrated on 36 closed key results" in told[-1]
    assert "key results of one period share its luck: these 36 tell as much as " in told[-1]
    assert 0.25 == brier["theirs"]
    assert brier["ours"] < brier["theirs"]


def test_targets_for_an_even_chance_start_even(lived: tuple[Path, list[str]]) -> None:
    """On the evening it is written, a target that was suggested as even is about as likely as not."""
    first = ask(
        lived[0],
        "select probability from key_result_score where as_of < start::timestamp at time zone 'Europe/London'"
        " and probability is not null and target > 1 and not regexp_matches(key_result_id, 'hard|easy')",
    )["probability"]

    assert len(MONTHS) * 5 <= first.len()
    assert all(abs(chance - 0.5) < 0.15 for chance in first)
