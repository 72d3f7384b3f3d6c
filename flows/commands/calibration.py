"""`okr calibration`: how the chances that were published have come true, ours beside the team's own."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import polars as pl

from flows.commands._options import json_option, project_options, published_of
from flows.console import output
from flows.project.paths import Published
from scorecard.forecasting.calibration import Bin, Comparison, Who, compare, learn, reliability, shared_luck
from scorecard.forecasting.recalibration import FEWEST, Recalibration
from warehouse.reader import read_warehouse

_WIDTH = 41
_NAMES: dict[Who, str] = {"ours": "ours", "theirs": "the team's"}
_EXAMPLES = (0.1, 0.5, 0.9)
_TELLING = 10
"""Key results below which an interval is a guess itself."""


@click.command()
@project_options
@json_option
def calibration(home: Path | None, *, as_json: bool) -> None:
    """
    Show how often published chances came true.

    Beside the team's own, with error bars; each chance that was said while a key result ran counts.
    """
    show_calibration(published_of(home), as_json=as_json)


def show_calibration(published: Published, *, as_json: bool) -> None:
    """Show a table and a picture of what was said against what came, and which of the two said it better."""
    with read_warehouse(published.scored(), world=published.world) as warehouse:
        closed_chances = warehouse.calibration()
    bins = [one for who in _NAMES for one in reliability(closed_chances, who)]
    if as_json:
        output.put_json(_row(one) for one in bins)
        return
    closed = closed_chances["key_result_id"].n_unique()
    if bins:
        output.put_table([_cells(one) for one in bins])
        output.say(f"{'':<21}0 %{'50 %':>19}{'100 %':>22}")
        for one in bins:
            output.say(f"{_NAMES[one.who]:<11}{_range(one):<10}{picture(one)}")
        output.say("| said on average   o came true   - where the truth may lie (95 %), key results counted once")
        alone = round(closed / shared_luck(closed_chances))
        if alone < closed:
            output.say(f"key results of one period share its luck: these {closed} tell as much as {alone} would alone")
    for line in (*_verdict(compare(closed_chances)), *_learning(closed_chances, closed)):
        output.say(line)
    output.next_step('okr sql "from calibration"' if closed else "okr status")


def picture(one: Bin) -> str:
    """Draw a bin on a line from 0 to 100 %: what was said, what came, and how sure that is."""
    line = [" "] * _WIDTH
    for place in range(_place(one.came_low), _place(one.came_high) + 1):
        line[place] = "-"
    line[_place(one.said)] = "|"
    line[_place(one.came)] = "@" if _place(one.came) == _place(one.said) else "o"
    return "".join(line).rstrip()


def _place(share: float) -> int:
    return round(share * (_WIDTH - 1))


def _range(one: Bin) -> str:
    return f"{round(100 * one.low)}-{round(100 * one.high)} %"


def _row(one: Bin) -> output.Row:
    return {
        "who": one.who,
        "low": one.low,
        "high": one.high,
        "said": one.said,
        "came": one.came,
        "came_low": one.came_low,
        "came_high": one.came_high,
        "chances": one.chances,
        "key_results": one.key_results,
    }


def _cells(one: Bin) -> output.Row:
    return {
        "who": _NAMES[one.who],
        "chance": _range(one),
        "said": output.percent(one.said),
        "came true": output.percent(one.came),
        "95 %": f"{output.percent(one.came_low)} to {output.percent(one.came_high)}",
        "chances": one.chances,
        "key results": one.key_results,
    }


def _verdict(found: Comparison) -> Iterator[str]:
    if found.ours is None or found.theirs is None or found.difference is None:
        return
    yield (
        f"Brier score (0 is perfect, 0.25 a coin flip): ours {found.ours:.3f}, the team's {found.theirs:.3f},"
        f" over {found.key_results} key result{'s' * (found.key_results > 1)} for which both were stated"
    )
    if found.low is None or found.high is None or found.key_results < _TELLING:
        yield f"difference {found.difference:+.3f}: too few key results to tell which is better"
        return
    better = "ours is better" if found.high < 0 else "the team's is better" if found.low > 0 else "too close to tell"
    yield f"difference {found.difference:+.3f} (95 %: {found.low:+.3f} to {found.high:+.3f}): {better}"


def _learning(closed_chances: pl.DataFrame, closed: int) -> Sequence[str]:
    if closed < FEWEST:
        word = "key result has" if closed == 1 else "key results have"
        few = "too few to judge by; " if closed else ""
        return (f"{closed or 'no'} {word} closed: {few}from {FEWEST} on the forecast is recalibrated on them",)
    return (_told(learn(closed_chances)),)


def _told(learnt: Recalibration) -> str:
    said = ", ".join(f"{output.percent(chance)} as {output.percent(learnt.apply(chance))}" for chance in _EXAMPLES)
    return f"recalibrated on {learnt.key_results} closed key results: the forecast's {said}"
