"""Filling selections in."""

from connectors.sandbox.shopify.graphql import parse
from connectors.sandbox.shopify.graphql_types import Inline, Link, Plain, Template, Type, compile_selection

PART = Type("Part", {"id": Plain("id")}, lambda part: {"id": str(part)})
THING = Type(
    "Thing",
    {
        "name": Plain("name"),
        "share": Plain(text='"100 %"'),
        "box": Inline("Box", {"size": Plain("size")}),
        "part": Link(PART, lambda thing, _: thing["parts"][0] if thing["parts"] else None),
        "parts": Link(PART, lambda thing, arguments: thing["parts"][: arguments["first"]], ("first",), many=True),
        "secret": Link(PART, lambda _thing, _: 0, scope="read_secrets"),
    },
    lambda thing: {"name": f'"{thing["name"]}"', "size": "3"},
    memory=lambda thing: thing["memory"],
)


def _compile(text: str, **variables: object) -> Template:
    return compile_selection(parse(text).fields, THING, variables, frozenset())


def test_exactly_what_was_asked_for_comes_in_its_order() -> None:
    """Plain values, constants, inline objects, links to one and to many."""
    thing = {"name": "50 %s", "parts": [7, 8, 9], "memory": {}}

    template = _compile(
        "query($n: Int) { parts(first: $n) { id } a: name share box { size } part { id } __typename }", n=2
    )

    assert (
        '{"parts":[{"id":7},{"id":8}],"a":"50 %s","share":"100 %",'
        '"box":{"size":3},"part":{"id":7},"__typename":"Thing"}'
    ) == template.fill(thing)


def test_nothing_to_link_to_is_null() -> None:
    """A link to one object may lead nowhere."""
    assert '{"part":null}' == _compile("{ part { id } }").fill({"name": "", "parts": [], "memory": {}})


def test_what_is_remembered_depends_on_everything_asked() -> None:
    """An object is told anew for another argument, from memory for the same."""
    thing = {"name": "x", "parts": [7, 8], "memory": {}}
    texts = [_compile("query($n: Int) { parts(first: $n) { id } }", n=count).fill(thing) for count in (1, 2, 1)]

    assert ['{"parts":[{"id":7}]}', '{"parts":[{"id":7},{"id":8}]}', '{"parts":[{"id":7}]}'] == texts
    assert 2 == len(thing["memory"])


def test_a_field_beyond_the_scopes_is_null_and_named() -> None:
    """The rest of the selection is answered."""
    template = _compile("{ name secret { id } }")

    assert (("secret", "read_secrets"),) == template.denied
    assert '{"name":"x","secret":null}' == template.fill({"name": "x", "parts": [], "memory": {}})


def test_the_cost_counts_the_outer_list_and_the_logarithm_of_inner_ones() -> None:
    """Two points for a list, and for each of its items one more and what lies in it."""
    inner = Type("Inner", {"parts": Link(PART, lambda _i, _: [], ("first",), many=True)})
    outer = Type("Outer", {"inners": Link(inner, lambda _o, _: [], ("first",), many=True)})
    asked = parse("{ inners(first: 25) { parts(first: 50) { id } } }").fields

    assert 2 + 25 * (1 + 5) == compile_selection(asked, outer, {}, frozenset()).cost
