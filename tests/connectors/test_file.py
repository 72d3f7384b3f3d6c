"""Files of every format, row by row (connectors.generic._file.days, .numbers, .places, .settings, .tables)."""

import gzip
import json
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from connectors.generic import file
from connectors.records import RecordKind
from okr_config.delivery import Delivery
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback, Reply

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
        ("src.km,20.11.2026,1,,", "day is '20.11.2026', not a day such as 2026-11-23"),
        ("src.km,2026-11-20T10:00:00,1,,", "day is '2026-11-20T10:00:00', not a day such as 2026-11-23"),
        ("src.km,26-11-20,1,,", "day is '26-11-20', not a day such as 2026-11-23"),
        ("src.km,9999-12-31,1,,", "day is '9999-12-31', not a day such as 2026-11-23"),
        ("src.km,2026-11-20,many,,", "value is 'many', not a number"),
        ("src.km,2026-11-20,NaN,,", "value is 'NaN', not a number"),
        ("src.km,2026-11-20,1e999,,", "value is '1e999', not a number"),
        ("src.km,2026-11-20,1000000000000000,,", "value is '1000000000000000', not one below 1,000,000,000,000,000"),
        ("src.km,2026-11-20,,,", "value is missing; wanted is a number"),
        (",2026-11-20,1,,", "metric is missing; wanted is text"),
        (
            "shop.net_revenu,2026-11-20,1,,",
            (
                "metric is 'shop.net_revenu', not a built-in metric or one called src.<name>;"
                " did you mean 'shop.net_revenue'?"
            ),
        ),
        (
            "web.conversion_rate,2026-11-20,1,,",
            "metric is 'web.conversion_rate', not a built-in metric or one called src.<name>",
        ),
        ("shop.refunds,2026-11-20,1,,", "currency is missing; wanted is one such as NOK"),
        ("shop.refunds,2026-11-20,1,,kroner", "currency is 'kroner', not one such as NOK"),
        ("src.km,2026-11-20,1,year,", "grain is 'year', not day, week, month or instant"),
        ("web.visitors,2026-11-20,-1,,", "value is '-1', not a count"),
        ("web.visits,2026-11-22,1,week,", "day is '2026-11-22', not the first day of a week, a Monday"),
        ("web.visits,2026-11-02,1,month,", "day is '2026-11-02', not the first day of a month"),
    ],
)
def test_a_bad_row_is_refused_by_file_and_number(loopback: Loopback, row: str, told: str) -> None:
    """The refusal names file, line, field and value, which is the team's own; blank lines are lines too."""
    good = "src.km,2026-11-{},1,,"
    lines = ["metric,day,value,grain,currency", good.format(18), "", row, good.format(19)]
    (loopback.home / "n.csv").write_text("\n".join(lines))

    pulled = loopback.pull("file", {"path": "n.csv"})

    assert [f"n.csv line 4: {told}"] == [refusal.reason for refusal in pulled.refused]
    assert (2, 3) == (pulled.frames[RecordKind.OBSERVATIONS].height, pulled.rows_read)


@pytest.mark.parametrize(
    ("name", "content", "reason", "told"),
    [
        ("n.csv", "metrics,day,value\n", "bad_rows", "n.csv has no column metric; did you mean 'metrics'?"),
        ("n.csv", "", "bad_answer", "n.csv is empty"),
        ("n.csv", "a,b\n1,2\n", "bad_rows", "n.csv has no column metric; line 1 has a, b"),
        ("n.csv", "metric,day,value,value\n", "bad_rows", "n.csv has two columns called value"),
        ("n.csv", b"metric,day,value\nsrc.\x8c,2026-11-20,1\n", "bad_answer", "n.csv line 2 is not UTF-8"),
        ("n.csv", "metric,day,value\n1,2,3,4\n", "bad_answer", "n.csv line 2 has 4 fields, and the header 3"),
        ("n.csv", 'metric,day,value\na,"b,1\n', "bad_answer", "n.csv line 2 has a quote that is not closed"),
        ("n.csv", "<!DOCTYPE html><p>", "bad_answer", "n.csv is a web page and no table"),
        ("n.csv", b"PK\x03\x04", "bad_answer", "n.csv is a workbook and no CSV"),
        (
            "n.csv",
            "version https://git-lfs.github.com/spec/v1",
            "bad_answer",
            "n.csv only points to a file that git LFS",
        ),
        ("n.xlsx", b"PK\x03\x04", "bad_answer", "n.xlsx cannot be read as a workbook"),
        ("n.csv", b"\x1f\x8bx", "bad_answer", "n.csv is packed, and cut off or damaged"),
        ("n.parquet", "PAR1", "bad_answer", "n.parquet cannot be read as Parquet"),
        ("n.json", '[{"metric": "src.km"', "bad_answer", "n.json is not JSON"),
        ("n.json", '{"metric": "src.km"}', "bad_answer", "n.json is an object and no list of records"),
        ("n.ndjson", '{"metric": "src.km"}\n{', "bad_answer", "n.ndjson line 2 is not JSON"),
        ("n.csv", "metric,day,value\nsrc.km,x,1\n", "bad_rows", "n.csv line 2: 'x' is not a day such as 2026-11-23"),
        ("n.csv", "metric,day,value\nsrc.km,2026-11-20,x\n", "bad_rows", "n.csv line 2: 'x' is not a number"),
        ("n.csv", "metric;day;value\nsrc.km;2026-11-20;1.103\n", "bad_rows", "n.csv: 1.103 can be read in two ways"),
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


def _values(pulled: Delivery) -> list[tuple[str, str, str]]:
    rows = pulled.frames[RecordKind.OBSERVATIONS].sort("metric", "period_start").rows(named=True)
    return [(row["metric"], f"{row['period_start']:%m-%d}", f"{row['value'].normalize():f}") for row in rows]


LONG = "metric,day,value\nsrc.å,2026-11-20,3\nsrc.å,2026-11-21,4\n"
LONG_VALUES = [("src.å", "11-20", "3"), ("src.å", "11-21", "4")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("n.csv", LONG.encode("cp1252")),
        ("n.csv", LONG.encode("utf-16")),
        ("n.csv", LONG.replace("\n", "\r").encode()),
        ("n.csv", ("sep=;\n" + LONG.replace(",", ";")).encode()),
        ("n.csv", ("Numbers of ours\n\n# made by hand\n" + LONG).encode()),
        ("n.csv", LONG.replace("value", " value ").replace(",3", ", 3 ").encode()),
        ("n.csv", (LONG + "\n# another table\nmetric,day,value\nsrc.å,2026-11-22,5\n").encode()),
        ("n.csv", LONG.replace(",", "\t").encode()),
        ("n.tsv", LONG.replace(",", "\t").encode()),
        ("n.csv.gz", gzip.compress(LONG.encode(), mtime=0)),
        ("n[1].csv", LONG.encode()),
    ],
)
def test_sheets_as_programs_write_them(loopback: Loopback, name: str, content: bytes) -> None:
    """Encodings, line ends, separators, notes, blanks, packing and brackets in a name give the same rows."""
    (loopback.home / name).write_bytes(content)
    (loopback.home / "n1.csv").write_text("metric,day,value\nsrc.å,2026-11-20,999\n")

    assert LONG_VALUES == _values(loopback.pull("file", {"path": name}))


def _write_workbook(path: Path) -> None:
    """Write the least that is a workbook: two sheets, a day as Excel's serial with a date's style."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"

    def sheet(*rows: str) -> str:
        return f'{head}<worksheet xmlns="{main}"><sheetData>{"".join(rows)}</sheetData></worksheet>'

    def row(number: int, *cells: str) -> str:
        return f'<row r="{number}">{"".join(cells)}</row>'

    def text(place: str, value: str) -> str:
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'

    title = row(1, *(text(place, name) for place, name in (("A1", "metric"), ("B1", "day"), ("C1", "value"))))
    first = row(2, text("A2", "src.km"), '<c r="B2" s="1"><v>46346</v></c>', '<c r="C2"><v>3</v></c>')
    second = row(3, text("A3", "src.km"), text("B3", "2026-11-21"), '<c r="C3"><v>1.5</v></c>')
    other = row(2, text("A2", "src.km"), text("B2", "2026-11-22"), '<c r="C2"><v>7</v></c>')
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        '<sheet name="One" sheetId="1" r:id="r1"/><sheet name="Two" sheetId="2" r:id="r2"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{relations}/worksheet" Target="worksheets/sheet2.xml"/>'
        f'<Relationship Id="r3" Type="{relations}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        "</styleSheet>",
        "xl/worksheets/sheet1.xml": sheet(title, first, second),
        "xl/worksheets/sheet2.xml": sheet(title, other),
    }
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content if content.startswith("<?xml") else head + content)


def test_a_workbook_is_a_table_too(loopback: Loopback) -> None:
    """The first sheet is read, or the one that is named; days and numbers are as their cells hold them."""
    _write_workbook(loopback.home / "n.xlsx")

    first = loopback.pull("file", {"path": "n.xlsx"})
    named = loopback.pull("file", {"path": "n.xlsx", "sheet": "Two"})

    assert [("src.km", "11-20", "3"), ("src.km", "11-21", "1.5")] == _values(first)
    assert [("src.km", "11-22", "7")] == _values(named)
    with pytest.raises(SourceError, match="has no sheet Three; it has One, Two"):
        loopback.pull("file", {"path": "n.xlsx", "sheet": "Three"})


def test_a_pattern_leaves_out_hidden_files(loopback: Loopback) -> None:
    """What a Mac or an editor puts beside a sheet is no sheet."""
    (loopback.home / "a.csv").write_text("metric,day,value\nsrc.km,2026-11-20,5\n")
    (loopback.home / "._a.csv").write_bytes(b"\x00\x05\x16\x07Mac OS X\xff")
    (loopback.home / ".old.csv").write_text("metric,day,value\nsrc.km,2026-11-21,500\n")

    assert [("src.km", "11-20", "5")] == _values(loopback.pull("file", {"path": "*.csv"}))
    assert [("src.km", "11-21", "500")] == _values(loopback.pull("file", {"path": ".o*.csv"}))


def test_letters_with_marks_are_found_in_either_form(loopback: Loopback) -> None:
    """A Mac writes å as a and its ring."""
    (loopback.home / unicodedata.normalize("NFD", "måltall.csv")).write_text(LONG, encoding="utf-8")

    assert LONG_VALUES == _values(loopback.pull("file", {"path": "måltall.csv"}))


def test_columns_that_nobody_asked_for_may_hold_anything(loopback: Loopback) -> None:
    """A list beside the numbers is left alone."""
    frame = pl.DataFrame({"metric": ["src.km"], "day": ["2026-11-20"], "value": [3], "tags": [["a", "b"]]})
    frame.write_parquet(loopback.home / "n.parquet")

    assert [("src.km", "11-20", "3")] == _values(loopback.pull("file", {"path": "n.parquet"}))


@pytest.mark.parametrize(
    ("lines", "words", "expected"),
    [
        (["20.11.2026;1.103", "21.11.2026;12,5"], {"day_format": "%d.%m.%Y"}, ["1103", "12.5"]),
        (["2026-11-20;1\N{NO-BREAK SPACE}103", "2026-11-21;12"], {}, ["1103", "12"]),
        (["2026-11-20;1.103", "2026-11-21;1.104"], {"number_format": "1.234,5"}, ["1103", "1104"]),
        (["2026-11-20;1,5", "2026-11-21;12"], {}, ["1.5", "12"]),
        (["2026-11-20;1.5", "2026-11-21;12"], {}, ["1.5", "12"]),
        (["2026-11-20;3", "2026-11-21;4", "Total;7"], {}, ["3", "4"]),
        (
            ["2026-11-20 23:30:00 +0100;3", "2026-11-21 00:30:00 +0100;4"],
            {"day_format": "%Y-%m-%d %H:%M:%S %z"},
            ["3", "4"],
        ),
    ],
)
def test_days_and_numbers_as_they_are_written(
    loopback: Loopback, lines: list[str], words: dict[str, str], expected: list[str]
) -> None:
    """By the format that is stated, else by the only one that all of them fit."""
    (loopback.home / "n.csv").write_text("\n".join(["Day;Sold", *lines]), encoding="utf-8")

    pulled = loopback.pull(
        "file", {"path": "n.csv", "columns": {"day": "Day", "value": "Sold"}, "metric": "src.sold"} | words
    )

    assert [("src.sold", f"11-{20 + n}", value) for n, value in enumerate(expected)] == _values(pulled)


def test_a_format_of_days_is_offered(loopback: Loopback) -> None:
    """Where all days are written as Excel writes them here, the next step says what to add."""
    (loopback.home / "n.csv").write_text("metric;day;value\nsrc.km;20.11.2026;1\n")

    with pytest.raises(SourceError) as caught:
        loopback.pull("file", {"path": "n.csv"})

    assert 'write day_format: "%d.%m.%Y" in okr_config/sources.yaml' == caught.value.next_step


@pytest.mark.parametrize("words", [{"day_format": "%d.%m.%y"}, {"metric": "shop.unit"}, {"encoding": "utf-99"}])
def test_settings_that_cannot_be(loopback: Loopback, words: dict[str, str]) -> None:
    """Two digits of a year, an unknown metric and an encoding that is none are refused before any file is read."""
    with pytest.raises(ValidationError):
        loopback.settings("file", {"path": "n.csv"} | words)


def test_a_published_sheet_is_a_file(loopback: Loopback) -> None:
    """An address is asked, and followed to where it leads on the same host; a web page there is told."""
    answers = {"/pub": Reply(status=307, headers={"location": "/x/sheet"}), "/x/sheet": Reply(LONG.encode())}
    loopback.script = lambda request: answers.get(request.path, Reply(b"<html>"))

    pulled = loopback.pull("file", {"path": f"{loopback.url}/pub?output=csv"})

    assert (LONG_VALUES, 2) == (_values(pulled), pulled.requests)
    with pytest.raises(SourceError, match="is a web page and no table"):
        loopback.pull("file", {"path": f"{loopback.url}/other"})


SHAPES = {
    "shopify-export": (
        "orders_export_1.csv",
        ("Name,Total,Created at,Currency,Lineitem quantity,Notes\n"
        '#1001,250.00,2026-11-20 23:30:00 +0100,NOK,2,"two\nlines"\n'
        "#1001,,2026-11-20 23:30:00 +0100,,1,\n#1002,99.50,2026-11-20 08:00:00 +0100,NOK,1,\n"),
        [("shop.gross_revenue", "11-20", "349.5"), ("shop.units_sold", "11-20", "4")],
    ),
    "ga4-export": (
        "ga4-free-form.csv",
        ("# ----------------------------------------\n# Free form 1\n# ----------------------------------------\n\n"
        "Date,Sessions,Views\n20261120,12,30\n20261121,7,9\n"),
        [("web.pageviews", "11-20", "30"), ("web.pageviews", "11-21", "9"), ("web.visits", "11-20", "12"),
         ("web.visits", "11-21", "7")],
    ),
    "youtube-export": (
        "Table data.csv",
        'Date,Views,Watch time (hours)\nTotal,15,1.2\n"Nov 20, 2026",8,0.7\n"Nov 21, 2026",7,0.5\n',
        [("youtube-export.views", "11-20", "8"), ("youtube-export.views", "11-21", "7")],
    ),
    "plausible-export": (
        "imported_visitors_20261101_20261130.csv",
        '"date","visitors","pageviews","bounces","visits","visit_duration"\n"2026-11-20",5,12,1,6,300\n',
        [("web.pageviews", "11-20", "12"), ("web.visits", "11-20", "6")],
    ),
    "meta-export": (
        "Visits.csv",
        'sep=,\n"Facebook visits"\n"Date","Primary"\n"2026-11-20T00:00:00","4"\n"2026-11-21T00:00:00","9"\n',
        [("meta-export.visits", "11-20", "4"), ("meta-export.visits", "11-21", "9")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_exports_are_read_as_the_page_says(loopback: Loopback, name: str) -> None:
    """Each example of the connector's page reads a file of the export's shape, as it comes."""
    lines = [line for line in (file.__doc__ or "").splitlines() if line.startswith("    ") and "#" not in line[:6]]
    examples = {entry["id"]: entry for entry in YAML(typ="safe").load("\n".join(lines))}
    settings = {key: value for key, value in examples[name].items() if key != "connector"}
    file_name, text, expected = SHAPES[name]
    (loopback.home / "numbers").mkdir()
    (loopback.home / "numbers" / file_name).write_bytes(text.encode("utf-16" if name.startswith("meta") else "utf-8"))

    pulled = loopback.pull("file", settings)

    assert (expected, ()) == (_values(pulled), pulled.refused)
