"""`okr add` (flows.commands.add, flows.sources.entries): one more, for those who do not write YAML."""

import pytest
from click.testing import CliRunner, Result

from flows.cli import okr
from tests.flows.command import invoke
from tests.flows.project_folder import Folder

TERM = """\
# ours
period: {id: term, start: 2026-11-02, end: 2026-12-31}   # both days
timezone: Europe/Oslo
language: LANGUAGE
objectives:
  - id: shop
    title: Shop
    key_results:
      - id: sales
        title: Sell 10
        metric: shop.units_sold
        kind: total
        target: 10   # hard

      # the last one
      - {id: visits, title: Visits, metric: web.visits, kind: total, target: 5}  # here
# the end
"""
ADDED = """\
      - id: orders
        title: "100 orders: paid"
        metric: shop.orders
        kind: total
        target: 100
        confidence: 5
"""


@pytest.fixture
def term(folder: Folder) -> Folder:
    """Return a folder with a period under way and a comment here and there."""
    folder.write("okr_config/objectives/term.yaml", TERM.replace("LANGUAGE", "en"))
    return folder


def _text(folder: Folder) -> str:
    return (folder.home / "okr_config" / "objectives" / "term.yaml").read_text()


def _typed(folder: Folder, *arguments: str, typed: str) -> Result:
    return CliRunner().invoke(okr, [*arguments, "--home", str(folder.home)], input=typed, obj=folder.world)


def test_a_key_result_is_added_and_every_other_byte_stays(term: Folder) -> None:
    """Below the last one, in the form of the file; it checks out and runs."""
    result = invoke(
        term.world,
        *("add", "key-result", "orders", "--title", "100 orders: paid", "--metric", "shop.orders", "--target", "100"),
        home=term.home,
    )

    assert 0 == result.exit_code, result.output
    assert TERM.replace("LANGUAGE", "en").replace("# the end\n", ADDED + "# the end\n") == _text(term)
    assert "next: okr plan, to see what that changes" == result.stderr.splitlines()[-1]
    assert {"sales", "visits", "orders"} == set(term.run().scoreboard["key_result_id"].to_list())


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("social.followers", "kind: level\n        baseline: measured\n"),
        ("web.visitors", "kind: window\n        every: week\n"),
        ("shop.average_order_value", "kind: ratio\n"),
    ],
)
def test_the_metric_says_the_kind(term: Folder, metric: str, expected: str) -> None:
    """A stock from what it was, distinct visitors by the week, a share as one."""
    invoke(term.world, "add", "key-result", "a", "--title", "A", "--metric", metric, "--target", "50", home=term.home)

    assert f"metric: {metric}\n        {expected}" in _text(term)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["sales", "--title", "x", "--metric", "shop.orders", "--target", "1"], "is called sales already"),
        (["Not an id", "--title", "x", "--metric", "shop.orders", "--target", "1"], "a short name of a-z"),
        (["a", "--title", "x", "--metric", "shop.order", "--target", "1"], "did you mean shop.orders?"),
        (["a", "--title", "x", "--metric", "shop.orders", "--target", "many"], "type a number"),
        (["a", "--title", "x", "--metric", "shop.orders", "--target", "1e40"], "at most 15 digits"),
        (["a", "--objective", "shp", "--title", "x", "--metric", "shop.orders", "--target", "1"], "unknown objective"),
        (["a", "--period", "spring", "--title", "x", "--metric", "shop.orders", "--target", "1"], "unknown period"),
        (
            ["a", "--due", "2027-02-01", "--title", "x", "--metric", "shop.orders", "--target", "1"],
            "2026-12-31",
        ),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_written(term: Folder, arguments: list[str], told: str) -> None:
    """What, where, next; the file is as it was."""
    before = _text(term)

    result = invoke(term.world, "add", "key-result", *arguments, home=term.home)

    assert (2, True, True) == (result.exit_code, told in result.stderr, "next: " in result.stderr), result.stderr
    assert before == _text(term)


@pytest.mark.parametrize(
    ("language", "typed", "code", "told"),
    [
        ("en", "100 orders\nshop.orders\n100\n", 0, "okr plan"),
        ("nb", "100 ordrer\nshop.ordrs\n", 2, "'shop.ordrs' er ikke et måltall: mente du shop.orders?"),
    ],
)
def test_what_no_option_says_is_asked_for(term: Folder, language: str, typed: str, code: int, told: str) -> None:
    """In the folder's language; a line of standard input an answer."""
    term.write("okr_config/objectives/term.yaml", TERM.replace("LANGUAGE", language))

    result = _typed(term, "add", "key-result", "orders", typed=typed)

    assert (code, True) == (result.exit_code, told in result.stderr), result.stderr
    assert (code == 0) == ('title: "100 orders"\n' in _text(term))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "    key_results: [{id: a, title: A, metric: shop.orders, kind: total, target: 1}]\n",
            (
                "    key_results: [{id: a, title: A, metric: shop.orders, kind: total, target: 1},"
                " {id: b, title: B, metric: shop.orders, kind: total, target: 2, confidence: 5}]\n"
            ),
        ),
        (
            (
                "    key_results:\r\n    - id: a\r\n      title: A\r\n      metric: shop.orders\r\n"
                "      kind: total\r\n"
                "      target: 1"
            ),
            (
                "    key_results:\r\n    - id: a\r\n      title: A\r\n      metric: shop.orders\r\n"
                "      kind: total\r\n"
                "      target: 1\n    - id: b\n      title: B\n      metric: shop.orders\n      kind: total\n"
                "      target: 2\n      confidence: 5"
            ),
        ),
    ],
    ids=["in brackets", "no line's end"],
)
def test_lists_in_other_forms(folder: Folder, before: str, after: str) -> None:
    """In brackets it is added in brackets; a file that ends without a line's end goes on doing so."""
    head = "period: {id: term, start: 2026-11-02, end: 2026-12-31}\ntimezone: Europe/Oslo\nobjectives:\n"
    head += "  - id: o\n    title: O\n"
    folder.write("okr_config/objectives/term.yaml", "")
    path = folder.home / "okr_config" / "objectives" / "term.yaml"
    path.write_bytes((head + before).encode())

    words = ["--title", "B", "--metric", "shop.orders", "--target", "2"]
    result = invoke(folder.world, "add", "key-result", "b", *words, home=folder.home)

    assert 0 == result.exit_code, result.stderr
    assert (head + after).encode() == path.read_bytes()


def test_a_source_is_added_without_a_call(term: Folder) -> None:
    """Its lines and its secret; the doctor comes next."""
    result = _typed(term, "add", "source", "plausible", "--set", "site_id=shop.example", typed="CANARY\n")

    assert 0 == result.exit_code, result.output
    assert (
        "  - id: plausible\n    connector: plausible\n    site_id: shop.example\n"
        in (term.home / "okr_config" / "sources.yaml").read_text()
    )
    assert "PLAUSIBLE_API_KEY=CANARY\n" == (term.home / ".env").read_text()
    assert "CANARY" not in result.output
    assert "next: okr doctor plausible" == result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["file", "--id", "sheet", "--set", "path=a.csv"], "a source is called sheet already"),
        (["shopfy"], "unknown connector 'shopfy'"),
        (["tiktok"], "TikTok needs a login"),
        (["ga4", "--set", "property_id=G-ABC"], "that is the measurement id"),
    ],
)
def test_a_source_that_cannot_be_added(term: Folder, arguments: list[str], told: str) -> None:
    """What, where, next; the files are as they were."""
    before = (term.home / "okr_config" / "sources.yaml").read_bytes()

    result = _typed(term, "add", "source", *arguments, typed="")

    assert (2, True) == (result.exit_code, told in result.stderr), result.stderr
    assert before == (term.home / "okr_config" / "sources.yaml").read_bytes()
