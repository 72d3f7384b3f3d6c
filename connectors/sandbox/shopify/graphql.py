"""
Reads GraphQL queries with graphql-core: what the specification refuses, before any schema is asked, is refused here.

Whether a type has a field and takes an argument is `graphql_types`' to say, in the vendor's words. Mutations,
subscriptions and directives are not known here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import graphql
from graphql import validation

_RULES = (
    validation.ExecutableDefinitionsRule,
    validation.KnownDirectivesRule,
    validation.KnownFragmentNamesRule,
    validation.LoneAnonymousOperationRule,
    validation.NoFragmentCyclesRule,
    validation.NoUndefinedVariablesRule,
    validation.NoUnusedFragmentsRule,
    validation.NoUnusedVariablesRule,
    validation.UniqueArgumentNamesRule,
    validation.UniqueFragmentNamesRule,
    validation.UniqueInputFieldNamesRule,
    validation.UniqueOperationNamesRule,
    validation.UniqueVariableNamesRule,
)
"""The specification's rules that need no type."""

_NO_TYPES = graphql.GraphQLSchema(
    graphql.GraphQLObjectType("QueryRoot", {"shop": graphql.GraphQLField(graphql.GraphQLString)}), directives=()
)
_MOST_TOKENS = 10_000


class GraphqlError(Exception):
    """A query that cannot be answered: `code` is the vendor's word for why, where it has one."""

    def __init__(self, message: str, code: str = "", **details: Any) -> None:  # noqa: ANN401 - any JSON
        super().__init__(message)
        self.message = message
        self.extensions = {"code": code, **details} if code else details


@dataclass(frozen=True)
class Variable:
    """A `$name` where a value will be."""

    name: str


@dataclass(frozen=True)
class Field:
    """One asked-for field: `key` names it in the answer; `fields` is empty for a plain value."""

    key: str
    name: str
    arguments: Mapping[str, Any]
    fields: tuple["Field", ...]
    on: str | None = None


@dataclass(frozen=True)
class Query:
    """A whole document. `required` names the variables without a default that may not be null."""

    fields: tuple[Field, ...]
    defaults: Mapping[str, Any]
    required: tuple[str, ...]


def parse(text: str) -> Query:
    """
    Read a query.

    Raises:
        GraphqlError: on anything that is not one.
    """
    try:
        document = graphql.parse(text, no_location=True, max_tokens=_MOST_TOKENS)
    except graphql.GraphQLSyntaxError as error:
        raise GraphqlError(f"syntax error, {error.description[:1].lower()}{error.description[1:]}") from error
    refused = graphql.validate(_NO_TYPES, document, _RULES)
    if refused:
        raise GraphqlError(refused[0].message)
    operations = [one for one in document.definitions if isinstance(one, graphql.OperationDefinitionNode)]
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, graphql.FragmentDefinitionNode)}
    if len(operations) != 1 or operations[0].operation is not graphql.OperationType.QUERY:
        raise GraphqlError("one query is known here, no mutation, no subscription and no second one")
    (operation,) = operations
    variables = operation.variable_definitions or ()
    return Query(
        tuple(_fields(operation.selection_set, fragments)),
        {one.variable.name.value: _value(one.default_value) for one in variables if one.default_value is not None},
        tuple(
            one.variable.name.value
            for one in variables
            if one.default_value is None and isinstance(one.type, graphql.NonNullTypeNode)
        ),
    )


def _fields(
    selected: graphql.SelectionSetNode | None,
    fragments: Mapping[str, graphql.FragmentDefinitionNode],
    on: str | None = None,
) -> Iterator[Field]:
    if selected and not selected.selections:
        # the specification wants one, graphql-core lets it pass
        raise GraphqlError("syntax error, an empty selection")
    for one in selected.selections if selected else ():
        match one:
            case graphql.FieldNode():
                yield Field(
                    one.alias.value if one.alias else one.name.value,
                    one.name.value,
                    {argument.name.value: _value(argument.value) for argument in one.arguments or ()},
                    tuple(_fields(one.selection_set, fragments)),
                    on,
                )
            case graphql.FragmentSpreadNode():
                named = fragments[one.name.value]
                yield from _fields(named.selection_set, fragments, named.type_condition.name.value)
            case graphql.InlineFragmentNode():
                kind = one.type_condition.name.value if one.type_condition else on
                yield from _fields(one.selection_set, fragments, kind)


def _value(node: graphql.ValueNode) -> Any:  # noqa: ANN401, PLR0911 - any JSON; one line a kind
    match node:
        case graphql.VariableNode():
            return Variable(node.name.value)
        case graphql.ListValueNode():
            return [_value(one) for one in node.values]
        case graphql.ObjectValueNode():
            return {one.name.value: _value(one.value) for one in node.fields}
        case graphql.IntValueNode():
            return int(node.value)
        case graphql.FloatValueNode():
            return float(node.value)
        case graphql.NullValueNode():
            return None
    # text, true, false, and the name of an enumeration's value
    return getattr(node, "value", None)
