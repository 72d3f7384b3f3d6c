"""The forecast behind another back-test's functions."""

from datetime import date, timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import polars as pl
import pytest

START = date(2026, 4, 27)
DAYS = 28


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Import the plug-in as a harness does that stands beside it."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    import forecast_plugin

    return forecast_plugin


def steady(days: int) -> pl.DataFrame:
    """Three a day, up to the day before the start."""
    return pl.DataFrame({"date": [START - timedelta(days=back) for back in range(days, 0, -1)], "value": [3.0] * days})


def key_result(agg: str) -> dict[str, object]:
    """Ask for thirty days of a shop."""
    return {"kind": "sales_orders", "agg": agg, "start": START, "deadline": START + timedelta(days=29), "integer": True}


@pytest.mark.parametrize(("agg", "usual"), [("sum", 90.0), ("last7", 21.0)])
def test_a_target_is_suggested_without_one(plugin: ModuleType, agg: str, usual: float) -> None:
    """What a steady shop does in a period is an even target for the next."""
    assert usual == pytest.approx(plugin.suggest_target(steady(DAYS), key_result(agg)), rel=0.1)


def test_a_shop_that_sold_nothing_is_asked_for_one(plugin: ModuleType) -> None:
    """Where no target is near an even chance it is the least there is, and a number."""
    nothing = steady(60).with_columns(value=pl.lit(0.0))

    assert plugin.suggest_target(nothing, key_result("sum")) == 1.0


def test_a_chance_falls_with_the_target(plugin: ModuleType) -> None:
    """Far below the usual it is nearly sure, far above nearly hopeless."""
    as_of = START - timedelta(days=1)
    easy, hard = (
        plugin.predict(steady(DAYS), {**key_result("sum"), "target": target}, as_of) for target in (45.0, 180.0)
    )

    assert easy > 0.95
    assert hard < 0.05


def test_a_batch_is_answered_like_its_rows(plugin: ModuleType) -> None:
    """One row as a harness lays it out has the target and the chance of the same question alone."""
    batch = SimpleNamespace(
        Y=np.full((1, DAYS), 3.0),
        L=np.full((1, DAYS), np.nan),
        dow=np.array([(START - timedelta(days=1)).weekday()]),
        agg=np.array(["sum"]),
        group=np.array(["sales"]),
        integer=np.array([True]),
        D=np.array([30.0]),
        k=np.array([0.0]),
        target=np.array([100.0]),
        cur=np.array([0.0]),
    )
    alone = plugin.predict(steady(DAYS), {**key_result("sum"), "target": 100.0}, START - timedelta(days=1))

    assert [alone] == plugin.predict_batch(batch).tolist()
    batch.target = np.array([np.nan])
    assert [plugin.suggest_target(steady(DAYS), key_result("sum"))] == plugin.suggest_batch(batch).tolist()
