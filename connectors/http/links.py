"""The `Link` header (RFC 8288)."""

import re

_LINK = re.compile(
    r"""
    [\s,]* < (?P<target> [^>]* ) >
    (?P<parameters> (?: \s* ; \s* [^\s=;,"]+ \s* (?: = \s* (?: " (?: [^"\\] | \\. )* " | [^\s;,"]* ) )? )* )
    """,
    re.VERBOSE | re.DOTALL,
)
_PARAMETER = re.compile(
    r"""
    ; \s* (?P<name> [^\s=;,"]+ ) \s*
    (?: = \s* (?: " (?P<quoted> (?: [^"\\] | \\. )* ) " | (?P<plain> [^\s;,"]* ) ) )?
    """,
    re.VERBOSE | re.DOTALL,
)


def next_target(header: str) -> str | None:
    """
    Return the target of the first link whose relation is `next`.

    A target may hold commas and semicolons; names and relations are read without regard to case; a relation may stand
    among others, in quotes or without; of a parameter given twice the first counts.
    """
    for link in _LINK.finditer(header):
        for parameter in _PARAMETER.finditer(link["parameters"]):
            if parameter["name"].lower() == "rel":
                relations = parameter["quoted"] if parameter["quoted"] is not None else parameter["plain"] or ""
                if "next" in relations.lower().split():
                    return link["target"].strip()
                break
    return None
