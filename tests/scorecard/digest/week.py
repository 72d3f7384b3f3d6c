"""A week of a small shop as the published tables would tell it: one score now, one a week before, and what came."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import polars as pl

from okr_config.models import Definition
from scorecard.digest.data import DigestData
from scorecard.page.data import PageData, PeriodInfo
from scorecard.schemas import KEY_RESULTS
from scorecard.score_row import ScoreRow

START, END = date(2026, 10, 1), date(2026, 12, 31)
NOW = datetime(2026, 11, 22, 23, tzinfo=UTC)
AGO = NOW - timedelta(days=7)
_VALUE, _TIME = pl.Decimal(24, 6), pl.Datetime("us", "UTC")
_FRAMES: dict[str, dict[str, Any]] = {
    "freshness": {
        **dict.fromkeys(("source_id", "stream", "last_error", "state"), pl.String),
        **dict.fromkeys(("newest_data_at", "last_success_at"), _TIME),
    },
    "quality": dict.fromkeys(("check_id", "source_id", "subject", "state", "found", "expected", "reason"), pl.String),
    "definitions_changed": {
        **dict.fromkeys(("key_result_id", "reason"), pl.String),
        "at": _TIME,
        **dict.fromkeys(("old_target", "new_target"), _VALUE),
    },
    "causes": {
        **dict.fromkeys(("key_result_id", "reason", "source_id", "stream"), pl.String),
        **dict.fromkeys(("gone", "edited"), pl.Int64),
        "day": pl.Date,
        **dict.fromkeys(("before", "after"), _VALUE),
    },
    "decisions": {
        **dict.fromkeys(("key_result_id", "author", "text"), pl.String),
        **dict.fromkeys(("since", "at"), _TIME),
    },
    "check_ins": {"key_result_id": pl.String, "at": _TIME},
    "changed": dict.fromkeys(("key_result_id", "run_id", "status_before"), pl.String),
}


@dataclass
class Week:
    """Collects what is told."""

    language: Literal["nb", "en"] = "en"
    now: list[dict[str, Any]] = field(default_factory=list)
    before: list[dict[str, Any]] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(
        self,
        name: str,
        chances: tuple[float | None, float | None],
        values: tuple[int | None, int | None] = (3, 5),
        statuses: tuple[str, str] = ("on_track", "on_track"),
        **row: Any,  # noqa: ANN401 - columns of the scoreboard
    ) -> "Week":
        """Add a key result, before and now."""
        usual = dict.fromkeys(ScoreRow.columns()) | {
            "objective_id": "shop",
            "key_result_id": name,
            "period_id": "2026-q4",
            "title": f"Sell {name}",
            "kind": "total",
            "unit": "count",
            "baseline": Decimal(0),
            "target": Decimal(10),
            "start": START,
            "due": END,
            "flags": [],
            "known_at": NOW,
            "definition_hash": "d",
            "input_hash": "i",
            "observed_at": NOW,
        }
        for rows, at, place in ((self.before, AGO, 0), (self.now, NOW, 1)):
            value = values[place]
            rows.append(
                usual
                | {
                    "as_of": at,
                    "probability": chances[place],
                    "status": statuses[place],
                    "value": None if value is None else Decimal(value),
                    "progress": None if value is None else value / 10,
                }
                | row
            )
        return self

    def tell(self, frame: str, **row: Any) -> "Week":  # noqa: ANN401 - columns of any frame
        """Add a row to a frame."""
        self.rows.setdefault(frame, []).append(row)
        return self

    def data(self) -> DigestData:
        """Hand it over."""
        frames = {name: pl.DataFrame(self.rows.get(name, []), schema) for name, schema in _FRAMES.items()}
        schema = {
            name: KEY_RESULTS.get(name, pl.List(pl.String) if name == "tags" else pl.String)
            for name in ScoreRow.columns()
        }
        page = PageData(
            scoreboard=pl.DataFrame(self.now, schema),
            week_ago=pl.DataFrame(self.before, schema),
            freshness=frames.pop("freshness"),
            quality=frames.pop("quality"),
            definitions_changed=frames.pop("definitions_changed"),
            definitions=self._definitions(),
            period=PeriodInfo("2026-q4", START, END),
            language=self.language,
            timezone="Europe/Oslo",
            version="0",
            run_id="run",
            **dict.fromkeys(
                ("objectives", "daily", "forecast", "repaired", "check_ins", "calibration"), pl.DataFrame()
            ),
        )
        return DigestData(page=page, name="Mugs & more", **frames)

    def _definitions(self) -> pl.DataFrame:
        rows = [
            {
                "key_result_id": row["key_result_id"],
                "definition": Definition.model_validate(
                    {
                        "period_id": "2026-q4",
                        "objective_id": "shop",
                        "objective_title": "Shop",
                        "timezone": "Europe/Oslo",
                        "start": START,
                        "due": END,
                        "key_result": {
                            "id": row["key_result_id"],
                            "title": row["title"],
                            "kind": row["kind"],
                            "owner": self.owners.get(row["key_result_id"]),
                        },
                    }
                ).model_dump_json(),
            }
            for row in self.now
        ]
        return pl.DataFrame(rows, {"key_result_id": pl.String, "definition": pl.String})
