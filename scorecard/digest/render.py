"""A digest as plain text, Markdown, HTML and rows."""

import re
from html import escape
from typing import Any

from scorecard.digest.digest import Digest

_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")


def as_text(digest: Digest) -> str:
    """Return it as plain lines, a blank one below the title."""
    return "\n".join([digest.title, "", *(line.text for line in digest.lines)]) + "\n"


def as_lines(digest: Digest) -> str:
    """Return what stands below the title, a point a line."""
    return "\n".join(f"\N{BULLET} {line.text}" for line in digest.lines)


def as_markdown(digest: Digest) -> str:
    """Return it as Markdown: a heading and a list; nothing that a team wrote is taken for a mark."""
    return (
        "\n".join([f"## {_literal(digest.title)}", "", *(f"- {_literal(line.text)}" for line in digest.lines)]) + "\n"
    )


def as_html(digest: Digest) -> str:
    """Return it as a piece of HTML, for a letter."""
    items = "".join(f"<li>{escape(line.text)}</li>\n" for line in digest.lines)
    return f"<h2>{escape(digest.title)}</h2>\n<ul>\n{items}</ul>\n"


def as_rows(digest: Digest) -> list[dict[str, Any]]:
    """Return it as rows: part, text, key_result_id, owner."""
    head = {"part": "title", "text": digest.title, "key_result_id": None, "owner": None}
    return [head, *(vars(line) for line in digest.lines)]


def _literal(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)
