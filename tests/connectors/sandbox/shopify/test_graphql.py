"""Reading GraphQL."""

import re

import pytest

from connectors.sandbox.shopify.graphql import Field, GraphqlError, Variable, parse


def test_fields_arguments_and_aliases() -> None:
    """A selection keeps its order, its nesting, its aliases and every kind of value."""
    query = parse("""
        query Orders($first: Int!, $after: String = "x") {  # a comment
          newest: orders(first: $first, after: $after, by: TIME, deep: {a: [1, -2.5e1], b: null, c: true}) { id, total }
        }
    """)

    arguments = {
        "first": Variable("first"),
        "after": Variable("after"),
        "by": "TIME",
        "deep": {"a": [1, -25.0], "b": None, "c": True},
    }
    assert (Field("newest", "orders", arguments, (Field("id", "id", {}, ()), Field("total", "total", {}, ()))),) == (
        query.fields
    )
    assert {"after": "x"} == query.defaults
    assert ("first",) == query.required


def test_a_query_needs_no_word_and_no_name() -> None:
    """The shorthand form is a query."""
    assert parse("{ shop { name } }") == parse("query { shop { name } }")


def test_strings_are_unescaped_and_block_strings_are_not() -> None:
    """Text in quotes follows JSON's escapes; a block is taken as it stands."""
    (field,) = parse(r'{ a(x: "\"\u00e6\n", y: """one "two" \n""") }').fields

    assert {"x": '"æ\n', "y": r'one "two" \n'} == field.arguments


def test_an_inline_fragment_says_what_its_fields_are_on() -> None:
    """Fields of a fragment carry its type."""
    (node,) = parse("{ node { __typename ... on Order { name } } }").fields

    assert [("__typename", None), ("name", "Order")] == [(field.name, field.on) for field in node.fields]


def test_a_named_fragment_is_read_where_it_is_spread() -> None:
    """Its fields stand there, on its type."""
    (node,) = parse("query { node { ...name } } fragment name on Order { name }").fields

    assert [("name", "Order")] == [(field.name, field.on) for field in node.fields]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{ a",
        "{ a( }",
        "{ a(b: ) }",
        "{ a } }",
        "{ a(b: [1 }",
        "query(a: Int) { a }",
        "{ ; }",
        "{ }",
        "{ a { } }",
    ],
)
def test_what_is_no_graphql_is_a_syntax_error(text: str) -> None:
    """Wherever it ends."""
    with pytest.raises(GraphqlError, match="syntax error, "):
        parse(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mutation { a }", "one query is known here"),
        ("query A { a } query B { a }", "one query is known here"),
        ("{ a } query B { a }", "anonymous operation must be the only"),
        ("{ a(x: $x) }", "Variable '$x' is not defined"),
        ("query($x: Int) { a }", "Variable '$x' is never used"),
        ("query($x: Int, $x: Int) { a(x: $x) }", "only one variable named '$x'"),
        ("{ a(x: 1, x: 2) }", "only one argument named 'x'"),
        ("{ a(x: {y: 1, y: 2}) }", "only one input field named 'y'"),
        ("{ ...a }", "Unknown fragment 'a'"),
        ("{ a } fragment b on B { c }", "Fragment 'b' is never used"),
        ("{ ...a } fragment a on A { ...a }", "Cannot spread fragment 'a' within itself"),
        ("{ a @include(if: true) }", "Unknown directive '@include'"),
        ("type A { a: Int }", "not executable"),
    ],
)
def test_what_the_specification_refuses_is_refused(text: str, told: str) -> None:
    """In its own words."""
    with pytest.raises(GraphqlError, match=re.escape(told)):
        parse(text)
