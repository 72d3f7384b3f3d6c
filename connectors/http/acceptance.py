"""What counts as an answer: the vendor's own error first, then the status, then whether it is JSON at all."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import httpx

from connectors.http.body import Reader
from connectors.http.errors import RequestError
from connectors.http.php import NOTE, without_messages
from connectors.http.response import Answer
from connectors.http.retry import retry_after
from connectors.http.status import status_error
from okr_config.world import World

_NO_CONTENT = 204
_JSON_BEGINS, _JSON_ENDS = (b"{", b"["), (b"}", b"]")

Check = Callable[[Answer], None]
Judge = Callable[[Answer], RequestError | None]


@dataclass(frozen=True)
class Expectation:
    """
    What the caller takes for an answer.

    own: from the source's own host, with its credentials. text: no JSON. safe: asking twice does no harm. reader: reads
    the body as it comes.
    """

    expect: Collection[int]
    check: Check | None
    text: bool = False
    own: bool = True
    safe: bool = True
    reader: Reader | None = None


class Acceptance:
    """
    Judges answers.

    Args:
        judge: what the vendor says in an answer.
        cool_down: seconds to wait after too many requests, where the answer does not tell.
        world: its clock.
    """

    def __init__(self, judge: Judge | None, cool_down: float | None, world: World) -> None:
        self._judge = judge
        self._cool_down = cool_down
        self._world = world

    def accept(self, answer: Answer, url: httpx.URL, wanted: Expectation, note: Callable[[str], None]) -> Answer:
        """
        Return an answer that counts as one, without what PHP wrote around its JSON.

        Raises:
            RequestError: with what is wrong with it.
        """
        if not wanted.text:
            answer = _without_messages(answer, note)
        if answer.status in wanted.expect:
            return answer
        if error := self._verdict(answer) or status_error(answer, url, self._world.clock()):
            if error.reason == "rate_limited" and error.after is None:
                error.after = self._cool_down
            raise error
        if answer.status != _NO_CONTENT and not wanted.text:
            answer.check_json()
        if wanted.check:
            wanted.check(answer)
        return answer

    def _verdict(self, answer: Answer) -> RequestError | None:
        """Ask the connector what the vendor says in an answer; one that is no JSON says nothing."""
        if self._judge is None:
            return None
        outline = answer.outline()
        try:
            outline.json()
        except RequestError:
            return None
        error = self._judge(outline)
        if error and error.after is None:
            error.after = retry_after(answer.headers, self._world.clock())
        return error


def _without_messages(answer: Answer, note: Callable[[str], None]) -> Answer:
    if answer.body[:1] in _JSON_BEGINS and answer.body[-1:] in _JSON_ENDS:
        return answer
    body = without_messages(answer.body)
    if body is None:
        return answer
    note(NOTE)
    return replace(answer, body=body)
