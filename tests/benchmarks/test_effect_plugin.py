"""The product's effects behind another back-test's function."""

from datetime import date
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

START = date(2026, 10, 12)


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Import the plug-in as a harness does that stands beside it."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    import effect_plugin

    return effect_plugin


@pytest.mark.parametrize(("kind", "total"), [("sales", 168.0), ("visitors", 168.0), ("stock", 168.0)])
def test_what_came_on_top_is_the_middle_of_the_range(plugin: ModuleType, kind: str, total: float) -> None:
    """Twelve a day after three a day, for four weeks and a fortnight: 126 more, of a stock too."""
    before, after = np.full(28, 3.0), np.full(14, 12.0)
    if kind == "stock":
        levels = np.cumsum(np.concatenate([before, after]))
        before, after = levels[:28], levels[28:]
    low, middle, high, detectable = plugin.effect(before, after, kind=kind, start=START)

    assert low <= middle <= high
    assert middle == pytest.approx(total - 42.0, abs=3.0)
    assert 0.0 < detectable < 126.0 < total


def test_a_wider_level_has_a_wider_range(plugin: ModuleType) -> None:
    """What holds more often says less."""
    history = np.random.default_rng(1).poisson(20.0, 90).astype(np.float64)
    half, most = (
        plugin.effect(history, history[:14], kind="visitors", start=START, level=level) for level in (0.5, 0.99)
    )

    assert most[0] < half[0] < half[2] < most[2]
