"""What looks like a secret, so that no problem repeats it."""

import math
import re
from collections import Counter

from okr_config.documents import Scalar, Spot

_TOKEN = re.compile(
    r"""
    \b (?: shp(?:at|ca|pa|ss)_ | (?:sk|rk|pk|whsec)_(?:live_|test_)? | gh[pousr]_ | github_pat_ | glpat- | xox[a-z]-
        | ph[cxs]_ | EAA ) [A-Za-z0-9]{6}
    | \b c[ks]_[0-9a-f]{16} | \b eyJ[\w-]{10,}\. | \b AIza[\w-]{20} | -----BEGIN
    | \A (?i: bearer | basic | token ) [ ]+ [^\s{]{6}
    | :// [^/\s:@]* : [^/\s@]+ @
    | [?&] [\w-]* (?i: token | secret | passw | api[-_]?key ) [\w-]* = [^&\s{]{6}
    """,
    re.VERBOSE,
)
_RUN = re.compile(r"[A-Za-z0-9]{32,}")
_RANDOM_BITS = 3.0
"""Bits per character from which a long run of letters and digits looks drawn by lot; words have fewer."""
_LONGEST_NAME = 60


def looks_like_token(text: str) -> bool:
    """Whether a text has the form of a vendor's token, or a part that looks drawn by lot."""
    return bool(_TOKEN.search(text)) or any(_is_random(run) for run in _RUN.findall(text))


def quoted(spot: Spot) -> str:
    """Return what is written at a spot in quotes, to name it in a problem; "" where that may be a secret, or long."""
    written = (spot.node.written or "") if isinstance(spot.node, Scalar) else ""
    is_a_name = 0 < len(written) <= _LONGEST_NAME and ":-" not in written and not looks_like_token(written)
    return f" '{written}'" if is_a_name else ""


def _is_random(run: str) -> bool:
    has_both = any(letter.isdigit() for letter in run) and any(letter.isalpha() for letter in run)
    entropy = -sum(count / len(run) * math.log2(count / len(run)) for count in Counter(run).values())
    return has_both and entropy >= _RANDOM_BITS
