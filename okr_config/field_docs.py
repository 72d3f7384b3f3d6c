"""What is said of the keys of a config model: the text that stands under each field in its source."""

import ast
import inspect
from collections.abc import Iterator, Mapping
from itertools import pairwise
from textwrap import dedent

from pydantic import BaseModel


def docs_of(model: type[BaseModel]) -> Mapping[str, str]:
    """
    Return the text under each field of a model, on one line, by the field's name; inherited fields included.

    Read from the source when it is asked for: pydantic's own way reads it at each start, for every model.
    """
    return {name: text for parent in reversed(model.__mro__) if _is_ours(parent) for name, text in _texts(parent)}


def _is_ours(parent: type) -> bool:
    return issubclass(parent, BaseModel) and parent is not BaseModel


def _texts(model: type) -> Iterator[tuple[str, str]]:
    for declared in ast.parse(dedent(inspect.getsource(model))).body:
        for pair in pairwise(declared.body if isinstance(declared, ast.ClassDef) else ()):
            match pair:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                    yield name, " ".join(text.split())
