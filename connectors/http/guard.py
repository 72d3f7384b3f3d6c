"""What keeps a paging from going round in a circle, and names the page on which something went wrong."""

from collections.abc import Callable
from hashlib import blake2b

from connectors.http.errors import RequestError
from connectors.http.redaction import name_of
from connectors.http.response import Answer
from okr_config.errors import SourceError

MOST_PAGES = 100_000
"""A million orders come on 10,000; what goes on without repeating itself is ended by the source's budget before."""


class Guard:
    """Knows the marks and bodies that came, and how many pages."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self.pages = 0

    def page(self, ask: Callable[[], Answer]) -> Answer:
        """
        Ask for the next page.

        Raises:
            SourceError, RequestError: of the question, with the page's number in its text; loop, after too many pages.
        """
        self.pages += 1
        if self.pages > MOST_PAGES:
            raise SourceError(f"the paging does not end: more than {MOST_PAGES} pages", reason="loop")
        try:
            return ask()
        except SourceError as error:
            what = f"{error.what}, on page {self.pages}"
            raise SourceError(what, reason=error.reason, where=error.where, next_step=error.next_step) from error
        except RequestError as error:
            error.what = f"{error.what}, on page {self.pages}"
            raise

    def is_new(self, answer: Answer) -> bool:
        """Remember a body; tell whether it is the first of its kind."""
        return self._once(answer.body)

    def check_body(self, answer: Answer) -> None:
        """
        Remember a body that has rows.

        Raises:
            SourceError: loop, when it came before.
        """
        if not self._once(answer.body):
            raise _loop(f"page {self.pages} is the same as an earlier one")

    def check_mark(self, mark: str) -> None:
        """
        Remember a mark of a next page.

        Raises:
            SourceError: loop, when it was followed before.
        """
        if not self._once(b"mark " + mark.encode(errors="surrogatepass")):
            raise _loop(f"page {self.pages} leads back to an earlier one by the cursor {name_of(mark)}")

    def _once(self, content: bytes) -> bool:
        digest = blake2b(content, digest_size=16).digest()
        is_new = digest not in self._seen
        self._seen.add(digest)
        return is_new


def _loop(what: str) -> SourceError:
    return SourceError(f"the paging goes round in a circle: {what}", reason="loop")
