"""The `Link` header."""

import pytest

from connectors.http.links import next_target


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ('<https://a.example/x?fields=day,sold&page=2>; rel="next"', "https://a.example/x?fields=day,sold&page=2"),
        ('</first>; rel="first", </n>; rel=next', "/n"),
        ('</n> ; REL = "Next"', "/n"),
        ('</n>;title="a, b; c=\\"d\\"";rel="next"', "/n"),
        ('</n>; rel="prev next"', "/n"),
        ("</n>; rel=prev; rel=next", None),
        ('</n>; rel="nextpage"', None),
        ('</p>; rel="prev",,</n>;rel="next"', "/n"),
        ("</a;b>; rel=next", "/a;b"),
        ('</p>; rel="prev"', None),
        ("rel=next", None),
        ("", None),
    ],
)
def test_the_target_of_the_next_page(header: str, target: str | None) -> None:
    """Commas and semicolons belong to the target or a quoted text; names have no case; the first rel counts."""
    assert target == next_target(header)
