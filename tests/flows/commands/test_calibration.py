"""How chances came true, in a picture of letters."""

import json
from typing import Any

import polars as pl
import pytest

from flows.commands.calibration import picture, show_calibration
from scorecard.forecasting.calibration import Bin
from tests.flows.project_folder import Folder


def test_a_bin_as_a_line() -> None:
    """From 0 to 100 % on 41 places: the interval, what was said, what came."""
    apart = Bin("ours", 0.2, 0.4, said=0.3, came=0.5, came_low=0.25, came_high=0.75, chances=9, key_results=9)
    alike = Bin("ours", 0.4, 0.6, said=0.5, came=0.5, came_low=0.25, came_high=0.75, chances=9, key_results=9)

    assert " " * 10 + "--|-------o----------" == picture(apart)
    assert " " * 10 + "----------@----------" == picture(alike)


@pytest.mark.parametrize(
    ("closed", "told"),
    [
        (0, "no key results have closed: from 30 on the forecast is recalibrated on them"),
        (1, "1 key result has closed: too few to judge by; from 30 on the forecast is recalibrated on them"),
        (29, "29 key results have closed: too few to judge by; from 30 on the forecast is recalibrated on them"),
        (40, "recalibrated on 40 closed key results: the forecast's 10 % as 15 %, 50 % as 50 %, 90 % as 85 %"),
    ],
)
def test_what_is_learnt_is_told(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], closed: int, told: str
) -> None:
    """Below thirty closed key results it says that they are few, from then on what a chance is told as."""
    _publish(folder)
    monkeypatch.setattr("warehouse.store.Warehouse.calibration", lambda *_: _calibration(closed))

    show_calibration(folder.project().reading, as_json=False)

    assert told in capsys.readouterr().err.splitlines()


def test_ours_against_theirs(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both have their bins, as JSON with the table's names, and the verdict has its interval."""
    _publish(folder)
    monkeypatch.setattr("warehouse.store.Warehouse.calibration", lambda *_: _calibration(20))

    show_calibration(folder.project().reading, as_json=True)
    rows = json.loads(capsys.readouterr().out)
    show_calibration(folder.project().reading, as_json=False)
    talk = capsys.readouterr().err

    assert [("ours", 0.2, 10), ("ours", 0.8, 10), ("theirs", 0.4, 20)] == [
        (row["who"], row["low"], row["key_results"]) for row in rows
    ]
    assert "ours 0.220, the team's 0.250, over 20 key results for which both were stated" in talk
    assert "difference -0.030 (95 %: " in talk
    assert "too close to tell" in talk


def test_a_handful_decides_nothing(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With nine key results the difference is told, and that it tells nothing yet."""
    _publish(folder)
    monkeypatch.setattr("warehouse.store.Warehouse.calibration", lambda *_: _calibration(9))

    show_calibration(folder.project().reading, as_json=False)

    talk = capsys.readouterr().err
    assert ": too few key results to tell which is better" in talk
    assert "(95 %: " not in talk


def _publish(folder: Folder) -> None:
    folder.write("numbers/numbers.csv", "metric,day,value\nsheet.sales,2026-11-20,1\n")
    folder.write(
        "okr_config/objectives/term.yaml",
        "period: {id: t, start: 2026-10-01, end: 2026-12-31}\ntimezone: Europe/Oslo\nobjectives:\n"
        "  - {id: o, title: O, key_results: [{id: k, title: K, metric: sheet.sales, kind: total, target: 9}]}\n",
    )
    folder.run()


def _calibration(closed: int) -> pl.DataFrame:
    """Return half of the chances 80 %, half 20 %, of which 7 and 3 of ten came true."""
    rows: list[dict[str, Any]] = []
    for number in range(closed):
        said, hit = (0.8, number % 20 < 14) if number % 2 else (0.2, number % 20 < 6)
        name = f"k{number}"
        rows.append(
            {
                "key_result_id": name,
                "period_id": name,
                "measured": said,
                "measured_raw": said,
                "stated": 0.5,
                "hit": hit,
            }
        )
    schema = {
        "key_result_id": pl.String,
        "period_id": pl.String,
        "measured": pl.Float64,
        "measured_raw": pl.Float64,
        "stated": pl.Float64,
        "hit": pl.Boolean,
    }
    return pl.DataFrame(rows, schema).with_columns(
        ((pl.col("measured") - pl.col("hit")) ** 2).alias("brier"),
        ((pl.col("stated") - pl.col("hit")) ** 2).alias("brier_stated"),
    )
