"""A digest as text, Markdown, HTML and rows (scorecard.digest.render)."""

from scorecard.digest.digest import Digest, Line
from scorecard.digest.render import as_html, as_lines, as_markdown, as_rows, as_text

DIGEST = Digest(
    "Mugs *& more*", (Line("lead", "1 < 2", None, None), Line("moved", "a_b", "cups", "Kari")), is_calm=True
)


def test_each_form_says_the_same_and_takes_nothing_for_a_mark() -> None:
    """What a team wrote stays text in every form."""
    assert "Mugs *& more*\n\n1 < 2\na_b\n" == as_text(DIGEST)
    assert "• 1 < 2\n• a_b" == as_lines(DIGEST)
    assert "## Mugs \\*& more\\*\n\n- 1 \\< 2\n- a\\_b\n" == as_markdown(DIGEST)
    assert "<h2>Mugs *&amp; more*</h2>\n<ul>\n<li>1 &lt; 2</li>\n<li>a_b</li>\n</ul>\n" == as_html(DIGEST)


def test_rows_say_what_each_line_is_about() -> None:
    """A program finds key results and owners without reading sentences."""
    assert [("title", None, None), ("lead", None, None), ("moved", "cups", "Kari")] == [
        (row["part"], row["key_result_id"], row["owner"]) for row in as_rows(DIGEST)
    ]
