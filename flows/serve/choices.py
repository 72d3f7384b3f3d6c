"""
What is chosen on a served page, kept in its address.

A page hides key results by radio buttons alone. One that is fetched again forgets them, so here each choice becomes a
link to the page with it, and what the address names is chosen as the page comes: it may be sent on, too.
"""

import html
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

_LONGEST = 2_000
"""Characters of a query that are read."""
_FINDER = re.compile(r'<details class="find">.*?</details>', re.DOTALL)
_CHOICE = re.compile(
    r'<label(?P<look>[^>]*)><input type="radio" name="(?P<way>[a-z]+)"'
    r'(?: id="(?P<id>[^"]+)" value="(?P<value>[^"]*)"| checked)>(?P<label>.*?)</label>'
)
_RESET = re.compile(r'<button type="reset">(?P<label>.*?)</button>')


def with_choices(page: bytes, query: str) -> bytes:
    """Return a page with links for choices, those that a query names chosen; one without choices as it is."""
    text = page.decode("utf-8")
    found = _FINDER.search(text)
    if not found:
        return page
    offered = {(one["way"], html.unescape(one["value"])) for one in _CHOICE.finditer(found[0]) if one["id"]}
    asked = dict(parse_qsl(query[:_LONGEST])).items()
    chosen = {way: value for way, value in asked if (way, value) in offered}
    finder = _CHOICE.sub(lambda one: _linked(one, chosen), found[0])
    finder = _RESET.sub(lambda one: f'<a class="reset" href="?">{one["label"]}</a>', finder)
    if chosen:
        finder = finder.replace("<details", "<details open", 1)
    return (text[: found.start()] + finder + text[found.end() :]).encode()


def _linked(choice: re.Match[str], chosen: Mapping[str, str]) -> str:
    """Make a link of a choice; the button stays, out of sight, since the page's rules go by it."""
    way, value = choice["way"], html.unescape(choice["value"]) if choice["id"] else ""
    is_on = chosen.get(way, "") == value
    others = {name: other for name, other in chosen.items() if name != way}
    target = html.escape("?" + urlencode(others | ({way: value} if value else {})))
    button = f'<input type="radio" name="{way}" hidden'
    button += f' id="{choice["id"]}" value="{choice["value"]}"' if choice["id"] else ""
    button += " checked>" if is_on else ">"
    current = ' aria-current="true"' if is_on else ""
    return f'<label{choice["look"]}>{button}<a href="{target}"{current}>{choice["label"]}</a></label>'
