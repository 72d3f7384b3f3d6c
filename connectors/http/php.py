"""
Messages that PHP writes into an answer, before or after its JSON (`display_errors`).

Shops and websites that run on PHP answer so when a plugin is older than the PHP it runs on. The JSON is whole: the
messages are taken off. Where it is not, they are the reason that is reported.
"""

import re

from connectors.http.errors import RequestError

NOTE = "PHP writes its messages into the answers: switch display_errors off (WordPress: WP_DEBUG_DISPLAY false)"

_KINDS = rb"(?:PHP )?(?:Notice|Warning|Deprecated|Strict Standards|Recoverable fatal error|Fatal error|Parse error)"
_TEXT = (
    rb"(?:<b>)?" + _KINDS + rb"(?:</b>)?[ ]?:(?:(?!" + _KINDS + rb"(?:</b>)?[ ]?:).){0,4000}?"
    rb" on line (?:<b>)?\d+(?:</b>)?(?:<br[ ]?/?>)?"
)
_ANYWHERE = re.compile(_TEXT, re.DOTALL)
_MESSAGE = re.compile(rb"\s*(?:<br[ ]?/?>\s*)*" + _TEXT + rb"\s*", re.DOTALL)
_LOOKED_AT = 2**16
_BOM = b"\xef\xbb\xbf"


def without_messages(body: bytes) -> bytes | None:
    """Return a body without the messages at its beginning and end; None where there are none."""
    text, end = body.removeprefix(_BOM).strip(), 0
    while message := _MESSAGE.match(text, end):
        end = message.end()
    rest = text[end:]
    close = max(rest.rfind(b"}"), rest.rfind(b"]")) + 1
    # a text inside the JSON may hold such words: only what follows its last bracket is looked at
    start = close
    while message := _MESSAGE.match(rest, start):
        start = message.end()
    if start > close and start == len(rest):
        rest = rest[:close]
    return rest if len(rest) < len(text) else None


def refusal(body: bytes) -> RequestError | None:
    """Return the error of an answer that PHP's messages have spoilt, None where there are none."""
    if not (_ANYWHERE.search(body[:_LOOKED_AT]) or _ANYWHERE.search(body[-_LOOKED_AT:])):
        return None
    return RequestError(
        "not_json",
        "sent messages of PHP where JSON was promised",
        next_step="switch display_errors off on that server (WordPress: WP_DEBUG_DISPLAY false), and look at its log",
    )
