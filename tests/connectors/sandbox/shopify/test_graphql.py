"""Reading GraphQL."""

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
        "mutation { a }",
        "{ ; }",
    ],
)
def test_anything_else_is_a_syntax_error(text: str) -> None:
    """What is no query is refused, wherever it ends."""
    with pytest.raises(GraphqlError, match="syntax error, unexpected"):
        parse(text)
