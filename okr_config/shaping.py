"""
Trees into models, and what a model refuses in plain words with its place.

Whatever does not fit is told once and taken out of the tree, so that the rest can still be read and checked: one
mistake does not hide the next.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, get_args

from pydantic import AliasChoices, BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from okr_config.documents import Block, Document, Items, KeyPath, Node, Place, Scalar, child, plain, scalars
from okr_config.errors import Problem
from okr_config.fields import SPAN
from okr_config.hints import did_you_mean, listing
from okr_config.models import METRIC_NAME

ModelT = TypeVar("ModelT", bound=BaseModel)

_NUMBER, _WHOLE, _DAY = "a number", "a whole number", "a date such as 2026-04-27"
_EXPECTED: Mapping[str, str] = {
    "string_type": "a text",
    "string_too_short": "a longer text",
    "string_unicode": "text without half a character",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "date_type": _DAY,
    "date_range": "a day between 1900 and 2100",
    "number_range": "a number of at most 15 digits, and 6 after the point",
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "missing": "a pair",
    "union_tag_not_found": "a mapping with its type",
}
_BOUNDS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
    "too_short": ("a list of at least", "min_length"),
    "too_long": ("a list of at most", "max_length"),
    "string_too_long": ("a text of at most", "max_length"),
}
_FORMS: Mapping[str, str] = {
    r"^[a-z0-9][a-z0-9_-]{0,62}$": "a short name of a-z, 0-9, - and _",
    METRIC_NAME: "a dotted name such as shop.mug_units",
    SPAN: "a time such as 30m, 6h or 7d",
    r"^[A-Z]{3}$": "three capital letters such as NOK",
}
_LONGEST_ECHO = 60
_MOST_HINTS = 100
"""A file with more unknown keys than that is something else, and no word of it is looked up any more."""


@dataclass(frozen=True)
class Shaped(Generic[ModelT]):
    """A model, None where nothing could be saved, and the tree it was made from, less what did not fit."""

    model: ModelT | None
    node: Node
    problems: list[Problem]


@dataclass(frozen=True)
class _Fault:
    """One refusal: the path that exists in the tree, and what the model named beyond it."""

    path: KeyPath
    beyond: tuple[str | int, ...]
    error: ErrorDetails

    @property
    def lacks(self) -> str | None:
        """The required key that is not there."""
        last = self.beyond[-1] if self.beyond else None
        return last if self.error["type"] == "missing" and isinstance(last, str) else None

    @property
    def is_about_key(self) -> bool:
        """Whether the key is wrong, not its value."""
        return self.error["type"] == "extra_forbidden" or self.beyond[-1:] == ("[key]",)


def shape(model: type[ModelT], node: Node, document: Document, *, echo: bool = False) -> Shaped[ModelT]:
    """
    Read a model from a tree. Values that lack a variable are left out quietly.

    Args:
        model: what to read.
        node: the tree.
        document: the file it is of.
        echo: repeat wrong values in the problems; only where no value can be a secret.
    """
    absent = [path for path, scalar in scalars(node) if scalar.missing]
    node = _without(node, absent)
    problems: list[Problem] | None = None
    while True:
        try:
            return Shaped(model.model_validate(plain(node)), node, problems or [])
        except ValidationError as error:
            faults = _faults(error, node)
        if problems is None:
            told = [fault for fault in faults if not _follows(fault, node, absent)]
            problems = list(_tell(told, model, node, document, echo=echo))
        if any(not fault.path for fault in faults):
            return Shaped(None, node, problems)
        node = _without(node, {fault.path for fault in faults})


def _follows(fault: _Fault, node: Node, absent: list[KeyPath]) -> bool:
    """Whether a refusal only follows from values left out for want of a variable."""
    if fault.lacks is not None:
        return (*fault.path, fault.lacks) in absent
    refused = _at(node, fault.path)
    return not isinstance(refused, Scalar) and refused.damaged


def _faults(error: ValidationError, node: Node) -> list[_Fault]:
    faults = [_locate(detail, node) for detail in error.errors(include_url=False, include_input=False)]
    # a value that may be of several types is refused once for each, a list also for what is wrong with its items:
    # the refusal that lies deepest knows best
    above = {fault.path[:length] for fault in faults for length in range(len(fault.path))}
    return [fault for fault in faults if fault.lacks is not None or fault.path not in above]


def _locate(error: ErrorDetails, node: Node) -> _Fault:
    path: list[str | int] = []
    beyond: list[str | int] = []
    for part in error["loc"]:
        below = child(node, part)
        if below is None:
            beyond.append(part)
        else:
            path.append(part)
            node = below
    return _Fault(tuple(path), tuple(beyond), error)


def _tell(
    faults: Iterable[_Fault], model: type[BaseModel], root: Node, document: Document, *, echo: bool
) -> Iterator[Problem]:
    by_path: dict[KeyPath, list[_Fault]] = {}
    unknown = 0
    for fault in faults:
        node = _at(root, fault.path)
        if fault.lacks is not None:
            yield document.problem(node.place, f"{fault.lacks} is missing")
        elif fault.error["type"] == "extra_forbidden":
            key = str(fault.path[-1])
            unknown += 1
            hint = _keys_hint(key, _model_at(model, fault.path[:-1])) if unknown <= _MOST_HINTS else ""
            yield document.problem(_key_place(root, fault.path), f"unknown key '{key}'", hint=hint)
        elif fault.error["type"] in {"value_error", "assertion_error"}:
            yield document.problem(node.place, str(fault.error["ctx"]["error"]))
        else:
            by_path.setdefault(fault.path, []).append(fault)
    for path, same in by_path.items():
        yield _mismatch(path, same, root, document, echo=echo)


def _mismatch(path: KeyPath, faults: list[_Fault], root: Node, document: Document, *, echo: bool) -> Problem:
    node = _at(root, path)
    name = next((part for part in reversed(path) if isinstance(part, str)), "the file")
    expected = list(dict.fromkeys(_expected(fault.error) for fault in faults))
    about_key = faults[0].is_about_key
    what = f"{'a key of ' + str(path[-2]) if about_key and len(path) > 1 else name} must be {' or '.join(expected)}"
    hint = ""
    if about_key:
        hint = f"it is '{name}'"
    elif isinstance(node, Scalar) and node.written is None:
        what += ", not empty"
    elif isinstance(node, Scalar) and echo:
        word = str(node.written)
        what += f", not '{word[:_LONGEST_ECHO]}'"
        hint = did_you_mean(word, re.findall("'([^']*)'", " ".join(expected)))
    place = _key_place(root, path) if about_key else node.place
    return document.problem(place, what, hint=hint)


def _expected(error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        return f"{words} {str(context[key]).removesuffix('.0')}"
    if kind in {"literal_error", "enum"}:
        return str(context["expected"])
    if kind == "string_pattern_mismatch":
        return _FORMS.get(context["pattern"], f"in the form {context['pattern']}")
    if kind == "union_tag_invalid":
        key = context["discriminator"].strip("'")
        return f"a mapping with {key}: {context['expected_tags']}"
    # the library's own words may repeat the value
    return _EXPECTED.get(kind, f"valid ({kind.replace('_', ' ')})")


def _keys_hint(key: str, model: type[BaseModel] | None) -> str:
    known = keys_of(model)
    return did_you_mean(key, known) or f"keys here: {listing(known, at_most=12)}"


def keys_of(model: type[BaseModel] | None) -> list[str]:
    """Return the keys a model takes, as written in YAML."""
    return [names_of(name, field)[0] for name, field in model.model_fields.items()] if model else []


def names_of(name: str, field: FieldInfo) -> tuple[str, ...]:
    """Return the keys under which a field may be written, old ones last."""
    if isinstance(field.validation_alias, AliasChoices):
        return tuple(str(choice) for choice in field.validation_alias.choices)
    return (field.alias or name,)


def _model_at(model: type[BaseModel] | None, path: KeyPath) -> type[BaseModel] | None:
    for part in path:
        if model is None or isinstance(part, int):
            continue
        field = next((field for name, field in model.model_fields.items() if part in names_of(name, field)), None)
        model = model_within(field.annotation) if field else None
    return model


def model_within(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any annotation
    """Return the first model that an annotation names, in unions and containers too."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(model_within, get_args(annotation))), None)


def _at(node: Node, path: KeyPath) -> Node:
    for part in path:
        node = child(node, part) or node
    return node


def _key_place(root: Node, path: KeyPath) -> Place:
    above = _at(root, path[:-1])
    return above.keys[str(path[-1])] if isinstance(above, Block) else above.place


def _without(node: Node, paths: Iterable[KeyPath]) -> Node:
    """Return the tree without some values; what held them is damaged."""
    heads: dict[str | int, list[KeyPath]] = {}
    for head, *rest in filter(None, paths):
        heads.setdefault(head, []).append(tuple(rest))
    if not heads:
        return node

    def keep(part: str | int, value: Node) -> Node | None:
        return None if () in heads.get(part, ()) else _without(value, heads.get(part, ()))

    if isinstance(node, Items):
        items = tuple(kept for index, item in enumerate(node.items) if (kept := keep(index, item)) is not None)
        return replace(node, items=items, damaged=node.damaged or len(items) < len(node.items))
    if isinstance(node, Block):
        values = {key: kept for key, value in node.values.items() if (kept := keep(key, value)) is not None}
        return replace(node, values=values, damaged=node.damaged or len(values) < len(node.values))
    return node
