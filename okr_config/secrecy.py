"""Secrets are never literals, and can be sent: finds those that are not so, without repeating them."""

import re
import unicodedata
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr

from okr_config.documents import Block, Document, KeyPath, Node, Scalar, Spot, child, scalars
from okr_config.environment import VARIABLE
from okr_config.errors import Problem
from okr_config.shaping import model_within
from okr_config.tokens import looks_like_token

_UNSENDABLE = re.compile(r"[^\x20-\x7e]")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u00a0\u00ad\u200b-\u200f\u2018-\u201f\u2028-\u202f\u2060\ufeff]")
_CARRIERS = {"headers", "params"}
_CARRIED = re.compile(r"auth|token|secret|passw|api[-_]?key|cookie|credential|signature", re.IGNORECASE)


def literal_secrets(spot: Spot, model: type[BaseModel] | None, connector: str) -> Iterator[Problem]:
    """
    Yield a problem for each secret of a source that stands in the file.

    A secret is a setting declared as one, a header or parameter named like one, or any text that looks like one. A
    default of a variable is a literal too.
    """
    declared = set(_declared(spot.node, model)) if model else set()
    for path, scalar in scalars(spot.node):
        written = scalar.written or ""
        # a header or parameter may also be filled by the program: {cursor}
        opening = "${" if path in declared else "{" if _is_carried(path) else None
        if written and opening and _is_literal(written, opening):
            yield _problem(path, scalar, spot.document, connector, "must come from a variable, not stand here")
        elif looks_like_token(VARIABLE.sub(lambda found: found["default"] or "", written)):
            yield _problem(path, scalar, spot.document, connector, "looks like a secret and stands here")


def unsendable_secrets(spot: Spot, model: type[BaseModel] | None) -> Iterator[Problem]:
    """
    Yield a problem for each secret with a character that no HTTP header takes: what a copy brings along unseen.

    A password goes into a request's body, in any letters; but none has a blank of odd width or a curly quote round it.
    """
    declared = set(_declared(spot.node, model)) if model else set()
    for path, scalar in scalars(spot.node):
        if path not in declared and path[0] != "headers":
            continue
        name = str(path[-1])
        wrong = _UNSEEN if "passw" in name or "user" in name else _UNSENDABLE
        if name == "credentials" or scalar.text == scalar.written or not (found := wrong.search(scalar.text or "")):
            continue
        variables = ", ".join(match["name"] for match in VARIABLE.finditer(scalar.written or ""))
        character = unicodedata.name(found[0], f"U+{ord(found[0]):04X}").lower()
        yield spot.document.problem(
            scalar.place,
            f"the value of {variables} holds a character that no HTTP header takes ({character})",
            hint="it came along when the value was copied, or is not the vendor's",
            next_step=f"write {variables} anew, in the environment or .env",
        )


def _problem(path: KeyPath, scalar: Scalar, document: Document, connector: str, what: str) -> Problem:
    name = next((part for part in reversed(path) if isinstance(part, str)), "value")
    words = [connector, "token" if path[0] in _CARRIERS else name]
    variable = re.sub(r"\W+", "_", "_".join(filter(None, words))).upper()
    return document.problem(
        scalar.place,
        f"{name} {what}",
        hint=f"write ${{{variable}}} here, and {variable}=... in .env",
        next_step="if this file was ever shared, make a new secret at the vendor",
    )


def _declared(node: Node, model: type[BaseModel], path: KeyPath = ()) -> Iterator[KeyPath]:
    for name, field in model.model_fields.items():
        key = field.alias or name
        value = child(node, key)
        if isinstance(value, Scalar) and _is_secret(field.annotation):
            yield (*path, key)
        elif isinstance(value, Block) and (inner := model_within(field.annotation)):
            yield from _declared(value, inner, (*path, key))


def _is_secret(annotation: Any) -> bool:  # noqa: ANN401 - any annotation
    """Whether a setting is one secret; a mapping of them may also hold plain values."""
    if annotation is SecretStr:
        return True
    return get_origin(annotation) in {Annotated, Union, UnionType} and any(map(_is_secret, get_args(annotation)))


def _is_carried(path: KeyPath) -> bool:
    return len(path) > 1 and path[0] in _CARRIERS and bool(_CARRIED.search(str(path[-1])))


def _is_literal(written: str, opening: str) -> bool:
    """Whether nothing fills it in, or a variable whose default does."""
    return opening not in written or any(found["default"] for found in VARIABLE.finditer(written))
