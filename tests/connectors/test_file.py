"""Files: every format, what a row must hold, and where an error lies."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from connectors.records import RecordKind
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback

CSV = "metric,day,value\nshop.units_sold,2026-11-20,3\nsrc.café,2026-11-21,1.25\n"


def _write(home: Path) -> None:
    (home / "numbers.csv").write_text(CSV, encoding="utf-8")


CASE = {"settings": {"path": "numbers.csv"}, "prepare": _write, "rows": {"observations": 2}}


def test_a_csv_becomes_observations(loopback: Loopback) -> None:
    """Unit and grain come from the metric; no request is made, and no mark is kept: each pull is the whole file."""
    _write(loopback.home)

    pulled = loopback.pull("file", {"path": "numbers.csv"})

    expected = [
        ("shop.units_sold", None, "day", date(2026, 11, 20), Decimal(3), "count", None, True),
        ("src.café", None, "day", date(2026, 11, 21), Decimal("1.25"), "count", None, True),
    ]
    assert expected == pulled.frames[RecordKind.OBSERVATIONS].rows()
    assert ("replace", None, 0) == (pulled.mode, pulled.cursor, pulled.requests)


ROWS = {
    "metric": ["shop.gross_revenue", "social.followers"],
    "day": ["2026-11-20", "2026-11-21"],
    "value": ["12.50", "7"],
    "account": [None, "waldladen"],
    "currency": ["NOK", None],
}
RECORDS = [dict(zip(ROWS, row, strict=True)) for row in zip(*ROWS.values(), strict=True)]


def _as_typed_parquet(path: Path) -> None:
    typed = pl.DataFrame(ROWS).with_columns(pl.col("day").str.to_datetime(), pl.col("value").cast(pl.Float64))
    typed.write_parquet(path)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("n.parquet", _as_typed_parquet),
        ("n.json", lambda path: path.write_text(json.dumps(RECORDS))),
        ("n.ndjson", lambda path: path.write_text("\n".join(map(json.dumps, RECORDS)))),
        ("n.csv", lambda path: pl.DataFrame(ROWS).write_csv(path)),
        ("m.csv", lambda path: path.write_text("\ufeff" + pl.DataFrame(ROWS).write_csv())),
    ],
)
def test_every_format_gives_the_same_rows(loopback: Loopback, name: str, write: Callable[[Path], object]) -> None:
    """CSV, with and without a byte order mark, Parquet with types, JSON and NDJSON agree."""
    write(loopback.home / name)

    pulled = loopback.pull("file", {"path": name})

    expected = [
        ("shop.gross_revenue", None, "day", date(2026, 11, 20), Decimal("12.5"), "money", "NOK", True),
        ("social.followers", "waldladen", "instant", date(2026, 11, 21), Decimal(7), "count", None, True),
    ]
    assert expected == pulled.frames[RecordKind.OBSERVATIONS].rows()


def test_semicolons_allow_a_decimal_comma(loopback: Loopback) -> None:
    """A sheet saved with semicolons may write 1,5."""
    (loopback.home / "n.csv").write_text("metric;day;value\nsrc.km;2026-11-20; 1,5\n")

    pulled = loopback.pull("file", {"path": "n.csv"})

    assert [Decimal("1.5")] == pulled.frames[RecordKind.OBSERVATIONS]["value"].to_list()


def test_columns_may_have_other_names(loopback: Loopback) -> None:
    """`columns` says what they are called in the file."""
    (loopback.home / "n.csv").write_text("hva,dato,antall\nsrc.km,2026-11-20,2\n")

    pulled = loopback.pull("file", {"path": "n.csv", "columns": {"metric": "hva", "day": "dato", "value": "antall"}})

    assert ["src.km"] == pulled.frames[RecordKind.OBSERVATIONS]["metric"].to_list()


def test_a_pattern_is_several_files(loopback: Loopback) -> None:
    """Files are read by name; of two rows for one day the later one counts, and that is noted."""
    for number in (2, 1):
        text = f"metric,day,value\nsrc.km,2026-11-20,{number}\nsrc.km,2026-11-2{number},{number}\n"
        (loopback.home / f"{number}.csv").write_text(text)

    pulled = loopback.pull("file", {"path": "*.csv"})

    rows = pulled.frames[RecordKind.OBSERVATIONS].select("period_start", "value").sort("period_start").rows()
    assert [(date(2026, 11, 20), 2), (date(2026, 11, 21), 1), (date(2026, 11, 22), 2)] == rows
    assert ("1 rows repeat a metric, account and day; the last one counts",) == pulled.notes


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("src.km,20.11.2026,1,,", "period_start is text instead of a day such as 2026-11-23"),
        ("src.km,2026-11-20T10:00:00,1,,", "period_start is text instead of a day such as 2026-11-23"),
        ("src.km,2026-11-20,many,,", "value is text instead of a number"),
        ("src.km,2026-11-20,NaN,,", "value is a number out of range instead of a number"),
        ("src.km,2026-11-20,1e999,,", "value is a number out of range instead of a number"),
        ("src.km,2026-11-20,,,", "value is missing instead of a number"),
        (",2026-11-20,1,,", "metric is missing instead of text"),
        ("shop.net_revenu,2026-11-20,1,,", "metric is text instead of a built-in metric or one called src.<name>"),
        ("web.conversion_rate,2026-11-20,1,,", "metric is text instead of a built-in metric or one called src.<name>"),
        ("shop.refunds,2026-11-20,1,,", "currency is missing instead of one such as NOK"),
        ("shop.refunds,2026-11-20,1,,kroner", "currency is text instead of one such as NOK"),
        ("src.km,2026-11-20,1,year,", "grain is text instead of day, week, month or instant"),
        ("web.visitors,2026-11-20,-1,,", "value is a negative number instead of a count"),
    ],
)
def test_a_bad_row_is_refused_by_file_and_number(loopback: Loopback, row: str, told: str) -> None:
    """The refusal names file, row, field and type, never the value; blank lines count as rows."""
    good = "src.km,2026-11-{},1,,"
    lines = ["metric,day,value,grain,currency", good.format(18), "", row, good.format(19)]
    (loopback.home / "n.csv").write_text("\n".join(lines))

    pulled = loopback.pull("file", {"path": "n.csv"})

    assert [f"n.csv row 3: {told}"] == [refusal.reason for refusal in pulled.refused]
    assert (2, 3) == (pulled.frames[RecordKind.OBSERVATIONS].height, pulled.rows_read)


@pytest.mark.parametrize(
    ("name", "content", "reason", "told"),
    [
        ("n.csv", "metrics,day,value\n", "bad_rows", "n.csv has no column metric; did you mean metrics?"),
        ("n.csv", "", "bad_answer", "n.csv cannot be read as csv in UTF-8"),
        ("n.csv", b"metric,day,value\nsrc.\xe5,2026-11-20,1\n", "bad_answer", "n.csv cannot be read as csv in UTF-8"),
        ("n.csv", "metric,day,value\n1,2,3,4\n", "bad_answer", "n.csv cannot be read as csv in UTF-8"),
        ("n.parquet", "PAR1", "bad_answer", "n.parquet cannot be read as parquet in UTF-8"),
        ("n.json", '[{"metric": "src.km"', "bad_answer", "n.json cannot be read as json in UTF-8"),
        ("n.json", '{"metric": "src.km"}', "bad_answer", "n.json cannot be read as json in UTF-8"),
        ("n.csv", "metric,day,value\nsrc.km,x,1\n", "bad_rows", "1 of 1 rows of observations do not fit"),
        ("n.txt", "", "not_found", "there is no file n.csv"),
    ],
)
def test_a_file_that_cannot_be_read(
    loopback: Loopback, name: str, content: str | bytes, reason: str, told: str
) -> None:
    """The error names the file and what is wrong with it."""
    (loopback.home / name).write_bytes(content.encode() if isinstance(content, str) else content)

    with pytest.raises(SourceError) as caught:
        loopback.pull("file", {"path": "n.csv" if name == "n.txt" else name})

    assert reason == caught.value.reason
    assert told in caught.value.what


def test_a_named_column_must_be_there(loopback: Loopback) -> None:
    """A column that the settings name is not optional."""
    _write(loopback.home)

    with pytest.raises(SourceError, match="has no column konto"):
        loopback.pull("file", {"path": "numbers.csv", "columns": {"account": "konto"}})


def test_a_plain_number_in_json_keeps_its_digits(loopback: Loopback) -> None:
    """0.1 stays 0.1."""
    day = datetime(2026, 11, 20, tzinfo=NOW.tzinfo).date().isoformat()
    (loopback.home / "n.json").write_text(json.dumps([{"metric": "src.km", "day": day, "value": 0.1}]))

    pulled = loopback.pull("file", {"path": "n.json"})

    assert [Decimal("0.1")] == pulled.frames[RecordKind.OBSERVATIONS]["value"].to_list()
