"""The line through everything: status, flags, confidence, grades, hashes (.status)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okr_config.models import Definition
from scorecard.forecasting.recalibration import IDENTITY, Recalibration
from scorecard.forecasting.types import Forecast, ForecastInput
from scorecard.scoring import foresee, score
from scorecard.verdict import input_hash

Case = Any  # the world of frames in conftest.py
Define = Callable[..., Definition]
EndOf = Callable[[date], datetime]
START = date(2020, 4, 27)

DUE = date(2020, 6, 5)
HALFWAY = datetime(2020, 5, 16, 22, tzinfo=UTC)
THE_END = datetime(2020, 6, 5, 22, tzinfo=UTC)
KINDS = [
    {"kind": "total", "metric": "kasse.sales"},
    {"kind": "level", "metric": "kasse.sales"},
    {"kind": "level", "metric": "kasse.sales", "at_least": 3},
    {"kind": "window", "metric": "kasse.sales", "every": "week", "judge": "mean"},
    {"kind": "window", "metric": "kasse.sales", "every": "week", "judge": "share", "at_least": 3},
    {"kind": "ratio", "numerator": "kasse.sales", "denominator": "kasse.sales"},
]


class Oracle:
    """A forecaster that says what it is told, and remembers what it was asked."""

    def __init__(self, probability: float | None) -> None:
        self.probability = probability
        self.asked: list[ForecastInput] = []

    def __call__(
        self, questions: Sequence[ForecastInput], *, seed: int = 0, recalibration: Recalibration = IDENTITY
    ) -> tuple[Forecast, ...]:
        """Give every question the same answer."""
        assert (0, IDENTITY) == (seed, recalibration)
        self.asked += questions
        return tuple(Forecast(question.key_result_id, self.probability, (), None, None) for question in questions)


def _row(
    case: Case, definition: Definition, probability: float | None = 0.4, as_of: datetime = HALFWAY
) -> dict[str, Any]:
    row: dict[str, Any] = case.scores(definition, as_of=as_of, forecaster=Oracle(probability)).key_results.row(
        0, named=True
    )
    return row


@pytest.mark.parametrize(
    ("probability", "stated", "status"),
    [
        (0.45, 5, "on_track"),
        (0.40, 5, "on_track"),
        (0.39, 5, "at_risk"),
        (0.25, 5, "at_risk"),
        (0.20, 5, "at_risk"),
        (0.19, 5, "off_track"),
        (0.72, 9, "on_track"),
        (0.71, 9, "at_risk"),
        (0.40, None, "on_track"),
        (0.01, 0, "on_track"),
    ],
)
def test_status_by_chance(nothing: Case, kr: Define, probability: float, stated: float | None, status: str) -> None:
    """A chance is held against the one the team stated: a coin flip that stays one is on track."""
    case = nothing.daily("shop.orders", START, [1] * 20)

    assert status == _row(case, kr(metric="shop.orders", target=99, confidence=stated), probability)["status"]


@pytest.mark.parametrize(
    ("done", "status"), [(20, "at_risk"), (30, "on_track"), (18, "at_risk"), (17, "off_track"), (27, "on_track")]
)
def test_status_by_pace(nothing: Case, kr: Define, done: int, status: str) -> None:
    """Where there is no chance to speak of, pace decides: 0.9 and 0.6 of what was expected."""
    case = nothing.said(HALFWAY - timedelta(hours=1), done)

    assert status == case.row(kr(kind="manual", target=60))["status"]


def test_thresholds_are_config(nothing: Case, kr: Define) -> None:
    """A team may draw the lines elsewhere."""
    case = nothing.daily("shop.orders", START, [1] * 20)
    definition = kr(metric="shop.orders", target=99, status={"on_track": 0.5, "at_risk": 0.3})

    assert [_row(case, definition, chance)["status"] for chance in (0.25, 0.24)] == ["on_track", "at_risk"]


@pytest.mark.parametrize(
    ("as_of", "values", "told"),
    [
        (datetime(2020, 4, 26, 22, tzinfo=UTC), [], ("not_started", 0.5)),
        (HALFWAY, [1] * 20, ("at_risk", 0.3)),
        (HALFWAY, [5] * 20, ("achieved", 1.0)),
        (THE_END, [1] * 40, ("missed", 0.0)),
        (THE_END, [3] * 40, ("achieved", 1.0)),
    ],
)
def test_statuses_over_a_life(
    nothing: Case, kr: Define, as_of: datetime, values: list[int], told: tuple[str, float]
) -> None:
    """Not started, then judged, then decided for good."""
    row = _row(nothing.daily("shop.orders", START, values), kr(metric="shop.orders", target=100), 0.3, as_of)

    assert told == (row["status"], row["probability"])


def test_before_the_start_nothing_is_scored(nothing: Case, kr: Define) -> None:
    """A key result of the future has no value, no progress and no days."""
    scores = nothing.daily("shop.orders", date(2020, 4, 1), [1] * 26).scores(
        kr(metric="shop.orders", target=9), as_of=datetime(2020, 4, 26, 12, tzinfo=UTC)
    )
    row = scores.key_results.row(0, named=True)

    assert (
        row["value"],
        row["score"],
        row["expected"],
        row["reason"],
    ) == (None, None, None, "the period has not begun")
    assert row["explanation"] == "This starts on 27\N{NO-BREAK SPACE}April\N{NO-BREAK SPACE}2020."
    assert scores.daily.height == 0


@pytest.mark.parametrize(
    ("metric", "chance", "told"),
    [
        ("shop.orders", 0.9, ("achieved", 1.0, 10, [])),
        ("kasse.sales", 0.9, ("achieved", 1.0, 10, [])),
        ("shop.units_sold", 0.95, ("achieved", 0.95, 9, [])),
        ("shop.units_sold", 0.94, ("on_track", 0.94, 9, ["met_now"])),
        ("shop.units_sold", 0.3, ("at_risk", 0.3, 3, ["met_now"])),
    ],
)
def test_what_is_met_may_be_lost_again(
    nothing: Case, kr: Define, metric: str, chance: float, told: tuple[str, float, int, list[str]]
) -> None:
    """Orders stay, units may still be refunded: reached only where that is as good as sure, else judged by chance."""
    row = _row(nothing.daily(metric, START, [1] * 20), kr(metric=metric, target=10), chance)

    assert told == (row["status"], row["probability"], row["confidence"], row["flags"])
    assert ("The target is met now" in row["explanation"]) == ("met_now" in row["flags"])


def test_a_band_is_never_met_on_the_way(nothing: Case, kr: Define) -> None:
    """What is to be kept until the end is not met before it."""
    row = _row(nothing.daily("shop.orders", START, [1] * 20), kr(metric="shop.orders", at_most=99), 0.9)

    assert ("on_track", []) == (row["status"], row["flags"])


def test_steps_by_hand_stay_done(nothing: Case, kr: Define) -> None:
    """A milestone whose steps people do is reached for good; one that is looked at may be lost again."""
    by_hand = kr(kind="milestone", steps=[{"title": "a", "done": "2020-05-01"}])
    probed = kr(kind="milestone", steps=[{"title": "a", "probe": "shop.open"}])
    case = nothing.looked("shop.open", HALFWAY - timedelta(hours=1), 1)

    assert ("achieved", 1.0) == tuple(case.row(by_hand)[name] for name in ("status", "probability"))
    assert ("on_track", None, ["met_now"]) == tuple(
        case.row(probed)[name] for name in ("status", "probability", "flags")
    )


@pytest.mark.parametrize(("day", "status"), [(date(2020, 4, 30), "off_track"), (date(2020, 4, 29), "on_track")])
def test_a_pace_says_nothing_at_first(nothing: Case, kr: Define, midnight_after: EndOf, day: date, status: str) -> None:
    """Where there is no chance, the first tenth of the time (here: of forty days) is on track whatever was done."""
    case = nothing.said(datetime(2020, 4, 27, 12, tzinfo=UTC), 0)

    assert status == case.row(kr(kind="manual", target=60), as_of=midnight_after(day))["status"]


@pytest.mark.parametrize(
    ("days", "flags"), [(0, ["prior_only"]), (4, ["prior_only"]), (5, ["disagreement"]), (20, ["disagreement"])]
)
def test_a_chance_of_few_observations_is_the_teams(nothing: Case, kr: Define, days: int, flags: list[str]) -> None:
    """Below five observed days a chance is mostly the plan's, which cannot disagree with the team."""
    case = nothing.daily("shop.orders", HALFWAY.date() - timedelta(days=days - 1), [1] * days)

    assert flags == [
        flag
        for flag in _row(case, kr(metric="shop.orders", target=99, confidence=9), 0.4)["flags"]
        if flag in {"prior_only", "disagreement"}
    ]


def test_windows_count_as_observations(nothing: Case, kr: Define) -> None:
    """Where only whole windows are known, five of them are enough."""
    weeks = [START - timedelta(days=7 * n) for n in range(4, 0, -1)] + [START]
    definition = kr(kind="window", metric="web.visitors", every="week", target=50)

    def is_estimate(known: Sequence[date]) -> bool:
        case = nothing
        for week in known:
            case = case.seen("web.visitors", week, 20, grain="week")
        return "prior_only" in case.row(definition)["flags"]

    assert (False, True) == (is_estimate(weeks), is_estimate(weeks[1:]))


@pytest.mark.parametrize(("reached", "told"), [("ever", ("achieved", 1.0)), ("at_deadline", ("missed", 0.0))])
def test_reached_once_or_at_the_end(nothing: Case, kr: Define, reached: str, told: tuple[str, float]) -> None:
    """`ever` keeps the first time the target was met; else only the end counts."""
    case = nothing.daily("social.followers", START, [100, 500] + [400] * 38)

    row = case.row(kr(kind="level", metric="social.followers", target=500, reached=reached), as_of=THE_END)

    assert (*told, 0.8) == (row["status"], row["probability"], row["score"])
    assert ("The target was reached on 28" in row["explanation"]) == (reached == "ever")


def test_ever_holds_the_target_of_the_day(nothing: Case, kr: Define) -> None:
    """A target met before it was raised stays met."""
    case = nothing.daily("social.followers", START, [500] + [400] * 19)
    definition = kr(
        kind="level",
        metric="social.followers",
        target=500,
        reached="ever",
        changes=[{"on": "2020-05-01", "target": 600}],
    )

    assert tuple(_row(case, definition, 0.1)[name] for name in ("status", "probability")) == ("achieved", 1.0)


@pytest.mark.parametrize(
    ("probability", "stated", "told"),
    [
        (0.999, 7, (9, [])),
        (0.0, 3, (1, [])),
        (0.5, 8, (5, ["disagreement"])),
        (0.5, 2, (5, ["disagreement"])),
        (0.5, 7, (5, [])),
        (0.5, None, (5, [])),
    ],
)
def test_confidence(
    nothing: Case, kr: Define, probability: float, stated: float | None, told: tuple[int, list[str]]
) -> None:
    """The measured confidence stays within 1-9 until decided; three of ten apart is told."""
    case = nothing.daily("shop.orders", START, [1] * 20)

    row = _row(case, kr(metric="shop.orders", target=99, confidence=stated), probability)

    assert told == (row["confidence"], row["flags"])
    assert stated == row["confidence_stated"]


def test_the_newest_stated_confidence(nothing: Case, kr: Define) -> None:
    """A check-in's word stands until a newer one; later ones are not known yet."""
    case = nothing.daily("shop.orders", START, [1] * 20)
    for day, said in ((1, 6), (10, 4), (12, None), (20, 9)):
        case = case.said(datetime(2020, 5, day, tzinfo=UTC), confidence=said)

    row = _row(case, kr(metric="shop.orders", target=99, confidence=8), 0.4)

    assert (row["confidence_stated"], row["status"]) == (4.0, "on_track")


@pytest.mark.parametrize(
    ("state", "last", "flags"),
    [
        ("failing", datetime(2020, 5, 15, tzinfo=UTC), ["failing_source"]),
        ("failing", datetime(2020, 5, 17, tzinfo=UTC), []),
        ("stale", datetime(2020, 5, 15, tzinfo=UTC), ["stale"]),
        ("fresh", datetime(2020, 5, 15, tzinfo=UTC), []),
    ],
)
def test_late_sources(nothing: Case, kr: Define, state: str, last: datetime, flags: list[str]) -> None:
    """A source that was last heard of after the judged instant has told all that counts."""
    case = (
        nothing.daily("shop.orders", START, [1] * 20)
        .source("butikk", state, last)
        .source("butikk", "failing", None, "shop_state")
    )

    assert flags == _row(case, kr(metric="shop.orders", target=99), 0.4)["flags"]


def _settled(case: Case, definition: Definition, midnight_after: EndOf) -> pl.DataFrame:
    grade: pl.DataFrame = case.scores(definition, as_of=midnight_after(DUE + timedelta(days=3))).key_results
    return grade


def test_a_settled_grade_stays(nothing: Case, kr: Define, midnight_after: EndOf) -> None:
    """Three days after the due date the grade is kept; what the numbers say since is told beside it."""
    definition = kr(metric="shop.orders", target=40)
    grade = _settled(nothing.daily("shop.orders", START, [1] * 39 + [0]), definition, midnight_after)
    case = replace(nothing.daily("shop.orders", START, [1] * 40), frozen=grade)

    kept = case.row(definition, as_of=midnight_after(DUE + timedelta(days=10)))
    before = case.row(definition, as_of=midnight_after(DUE + timedelta(days=2)))

    assert (Decimal(39), "missed", 0.975) == (kept["value"], kept["status"], kept["score"])
    assert kept["explanation"] == (
        "The grade was settled on 8\N{NO-BREAK SPACE}June\N{NO-BREAK SPACE}2020 at 39; the numbers now say 40."
    )
    assert (Decimal(40), "achieved") == (before["value"], before["status"])


def test_an_unmoved_grade_says_nothing_new(nothing: Case, kr: Define, midnight_after: EndOf) -> None:
    """Without a restatement the row is the settled one, but for its as-of."""
    definition = kr(metric="shop.orders", target=40)
    case = nothing.daily("shop.orders", START, [1] * 39 + [0])
    grade = _settled(case, definition, midnight_after)

    kept = replace(case, frozen=grade).scores(definition, as_of=midnight_after(DUE + timedelta(days=10))).key_results

    apart = ("as_of", "input_hash")
    assert grade.drop(apart).rows() == kept.drop(apart).rows()


def test_a_good_grade_that_missed(nothing: Case, kr: Define) -> None:
    """0.7 and more counts as good, unless it was a commitment."""
    case = nothing.daily("shop.orders", START, [1] * 40)

    stretched, committed = (
        case.row(kr(metric="shop.orders", target=50, committed=word), as_of=THE_END) for word in (False, True)
    )

    assert stretched["explanation"].endswith("The target was not reached, but a grade of 0.8 counts as good.")
    assert committed["explanation"].endswith("The target was not reached.")


def test_same_inputs_same_hash(nothing: Case, kr: Define) -> None:
    """The hash follows what was used: neither the order of rows, nor later days, nor the landing moves it."""
    definition = kr(metric="shop.orders", target=99)
    case = nothing.daily("shop.orders", START, [1] * 20)
    hashes = [
        _row(other, definition, 0.4)["input_hash"]
        for other in (
            case,
            replace(case, rows=case.rows[::-1]),
            case.seen("shop.orders", date(2020, 5, 17), 9),
            replace(case, rows=tuple(row | {"load_id": 2, "loaded_at": HALFWAY} for row in case.rows)),
            nothing.daily("shop.orders", START, [1] * 19 + [2]),
            case.said(HALFWAY, confidence=3),
        )
    ]

    assert [hashes[0] == other for other in hashes] == [True, True, True, True, False, False]


def test_what_the_forecast_is_asked(nothing: Case, kr: Define) -> None:
    """A total is asked about with its history, its sum, its first target and the target now in force."""
    oracle = Oracle(0.5)
    definition = kr(metric="web.visits", target=100, confidence=6, changes=[{"on": "2020-05-10", "target": 120}])

    nothing.daily("web.visits", date(2020, 4, 20), [1] * 27).scores(definition, forecaster=oracle)

    question, *_ = oracle.asked
    assert (question.shape.value, question.family.value, question.integer) == ("total", "visitors", True)
    assert (question.value, question.prior_target, question.confidence) == (20.0, 100.0, 0.6)
    assert (120.0, float("inf"), None, False) == (
        question.rule.low,
        question.rule.high,
        question.rule.share_needed,
        question.can_fall,
    )
    assert ([1.0] * 27, date(2020, 5, 16), 1.0) == (question.history.tolist(), question.as_of, question.day_share)


def test_what_the_forecast_is_asked_of_windows(nothing: Case, kr: Define) -> None:
    """Of windows it is told the closed ones, those before, and the open one with its share."""
    oracle = Oracle(0.5)
    case = nothing.daily("web.visits", date(2020, 4, 13), [1] * 14 + [2] * 14 + [3] * 3)
    definition = kr(kind="window", every="week", metric="web.visits", at_least=14, need=0.5)

    case.scores(definition, as_of=datetime(2020, 5, 13, 22, tzinfo=UTC), forecaster=oracle)

    question, *_ = oracle.asked
    assert (
        question.windows_before,
        question.windows,
        question.open_window,
        question.windows_left,
    ) == ((7.0, 7.0), (14.0, 14.0), 9.0, 3)
    assert (pytest.approx(question.open_share), question.rule.share_needed, question.prior_target) == (3 / 7, 0.5, 14.0)


@pytest.mark.parametrize("kind", ["total", "level", "window", "ratio"])
def test_the_forecast_agrees_with_the_score(nothing: Case, kr: Define, kind: str) -> None:
    """The fan starts at the present value, its quantiles never cross, and it ends on the due date."""
    series = {"total": "shop.orders", "level": "social.followers", "window": "web.visits", "ratio": "shop.orders"}[kind]
    case = nothing.daily(series, date(2020, 4, 1), [3, 4, 5, 4] * 11 + [6, 7]).daily(
        "kasse.sales", date(2020, 4, 1), [20] * 46
    )
    words = {"numerator": series, "denominator": "kasse.sales"} if kind == "ratio" else {"metric": series}
    target = {"total": 150, "level": 9, "window": 40, "ratio": "0.3"}[kind]

    scores = case.scores(kr(kind=kind, every="week" if kind == "window" else None, target=target, **words))

    row, fan = scores.key_results.row(0, named=True), scores.forecast
    assert [float(row["value"])] * 5 == [pytest.approx(fan[name][0]) for name in ("p05", "p25", "p50", "p75", "p95")]
    assert (date(2020, 5, 16), DUE) == (fan["day"][0], fan["day"][-1])
    assert (
        fan.select(pl.all_horizontal(pl.col("p05") <= pl.col("p25"), pl.col("p75") <= pl.col("p95"))).to_series().all()
    )
    assert row["forecast_p10"] <= row["forecast_p50"] <= row["forecast_p90"]


@given(values=st.lists(st.integers(-3, 9), min_size=1, max_size=30), day=st.integers(1, 30))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("words", KINDS)
def test_the_line_is_the_score_of_each_day(
    nothing: Case, kr: Define, words: dict[str, Any], values: list[int], day: int
) -> None:
    """Whatever the data, a day's point on the line is what a score as of that day's end would have said."""
    case = nothing
    for number, value in enumerate(values):
        case = case.seen("kasse.sales", START + timedelta(days=3 * number % 37 - 4), value, account=str(number))
    definition = kr(**({} if "at_least" in words else {"target": 20}), **words)
    ends = [datetime(2020, 4, 26, 22, tzinfo=UTC) + timedelta(days=days) for days in (30, day)]

    line = case.scores(definition, as_of=ends[0], forecaster=Oracle(0.5)).daily.row(day - 1, named=True)
    then = _row(case, definition, 0.5, ends[1])

    assert (then["value"], then["progress"], then["expected"]) == (line["value"], line["progress"], line["expected"])
    assert then["progress"] is None or 0 <= then["progress"] <= 1
    assert (then["progress"] is None) == (then["score"] is None)
    assert then["status"] != "no_data" or then["value"] is None


def test_a_thousand_unlike_key_results_keep_their_order(nothing: Case, kr: Define) -> None:
    """Rows come in the order of the definitions, objectives in that of their first key result."""
    case = nothing.daily("shop.orders", START, [1] * 20)
    definitions = [
        kr(id=f"k{number}", objective_id=f"o{number % 3}", metric="shop.orders", target=99) for number in range(12)
    ]

    scores = case.scores(*definitions, forecaster=Oracle(0.5))

    assert [f"k{number}" for number in range(12)] == scores.key_results["key_result_id"].to_list()
    assert scores.objectives["objective_id"].to_list() == ["o0", "o1", "o2"]
    assert scores.objectives["key_results"].to_list() == [4, 4, 4]


def test_no_definitions_no_rows(nothing: Case) -> None:
    """An empty config scores to empty frames with all their columns."""
    scores = nothing.scores()

    assert scores.key_results.shape == (0, 35)
    assert scores.objectives.shape == (0, 13)
    assert (scores.daily.height, scores.forecast.height) == (0, 0)


def test_what_closed_key_results_taught_is_told(nothing: Case, kr: Define) -> None:
    """A recalibrated chance keeps the one before beside it; hash and quantiles move with it."""
    case, definition = nothing.daily("kasse.sales", START, [1, 0, 2, 1] * 5), kr(metric="kasse.sales", target=42)
    learnt = Recalibration(-0.3, 0.7, 40)
    plain = case.row(definition)
    moved = case.scores(definition, recalibration=learnt).key_results.row(0, named=True)

    assert plain["probability"] == plain["probability_raw"]
    assert plain["probability"] == pytest.approx(moved["probability_raw"], abs=0.003)
    assert learnt.apply(plain["probability"]) == pytest.approx(moved["probability"], abs=0.003)
    assert plain["input_hash"] != moved["input_hash"]
    assert plain["forecast_p50"] > moved["forecast_p50"]


def test_a_score_of_before_is_repeated_by_its_own_method(nothing: Case, kr: Define) -> None:
    """Where the same was scored before the team's word was pooled, it is scored so again; else it is heard."""
    definition = kr(metric="kasse.sales", target=60, confidence=2)
    as_of = datetime(2020, 4, 30, 22, tzinfo=UTC)
    case = nothing.daily("kasse.sales", START, [1] * 4)
    words = {"as_of": as_of, "metrics": case.metrics}
    (now,) = foresee([definition], case.evidence, **words)
    (unheard,) = foresee([definition.model_copy(update={"key_result": _unsure(definition)})], case.evidence, **words)
    kept = pl.DataFrame({"key_result_id": ["kr"], "input_hash": [input_hash(now.case)]})
    before, after = (
        score([definition], replace(case.evidence, kept_hashes=one), known_at=as_of, **words).key_results.row(
            0, named=True
        )
        for one in (kept, kept.clear())
    )

    assert unheard.forecast is not None
    assert unheard.forecast.probability == before["probability"]
    assert input_hash(now.case) == before["input_hash"] != after["input_hash"]
    assert after["probability"] < before["probability"]


def _unsure(definition: Definition) -> object:
    return definition.key_result.model_copy(update={"confidence": None})
