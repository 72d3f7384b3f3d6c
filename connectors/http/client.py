"""
The one HTTP client: paced, bounded, retried and redacted. Connectors ask it, nothing else speaks HTTP.

Credentials travel in headers only; an error names the host, never the query, and no value of an answer.
"""

import copy
import threading
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Self

import httpx

from connectors.http.acceptance import Acceptance, Check, Expectation, Judge
from connectors.http.body import Reader
from connectors.http.budget import Budget
from connectors.http.dates import server_time
from connectors.http.errors import RequestError
from connectors.http.exchange import Exchange, unfit_for_header
from connectors.http.hosts import Hosts
from connectors.http.memory import SharedMemory, ValueT
from connectors.http.redaction import Redactor, filled_values, secrets_of
from connectors.http.response import Answer
from connectors.http.retry import GivenUp, with_retries
from connectors.http.status import next_step
from okr_config.errors import SourceError
from okr_config.models import SourceSettings
from okr_config.world import World

_HARMLESS = frozenset({"accept", "accept-language", "content-type", "user-agent"})


class Client:
    """
    Asks one source. Streams of the source share its pace, its slots and what it remembers; each counts for itself.

    requests, bytes, retries: what this stream has sent and got so far. notes: what people should know of its answers.
    gaps: what is missing from them. closes_nothing: what did not come may be there all the same. concurrency: how many
    requests may be in flight.
    """

    def __init__(  # noqa: PLR0913 - a declaration's fields, all by name
        self,
        *,
        settings: SourceSettings,
        vendor_url: str | None,
        headers: Mapping[str, str],
        rate: float | None,
        concurrency: int,
        world: World,
        sign: httpx.Auth | None = None,
        judge: Judge | None = None,
        hosts: Collection[str] = (),
        cool_down: float | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.requests = self.bytes = self.retries = 0
        self.notes: list[str] = []
        self.gaps: list[str] = []
        self.closes_nothing = False
        self.concurrency = concurrency
        self._source_id = settings.id
        self._world = world
        self._acceptance = Acceptance(judge, cool_down, world)
        self._login = dict(headers)
        credentials = [value.rpartition(" ")[2] for name, value in headers.items() if name.lower() not in _HARMLESS]
        self._redactor = Redactor([*secrets_of(settings), *filled_values(settings), *credentials])
        self._memory = SharedMemory()
        self._counting = threading.Lock()
        self._hosts = self._check(vendor_url or "https://invalid", settings, hosts)
        self._budget = Budget(settings.budget, settings.id, world)
        self._exchange = Exchange(
            settings,
            self._budget,
            world,
            is_tls=self._hosts.base.scheme == "https",
            rate=rate,
            concurrency=concurrency,
            sign=sign,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._exchange.close()

    def counting_anew(self) -> "Client":
        """Return the same client with counters of its own."""
        client = copy.copy(self)
        client.requests = client.bytes = client.retries = 0
        client.notes, client.gaps, client.closes_nothing = [], [], False
        return client

    def get(  # noqa: PLR0913 - what a request is made of
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        expect: Collection[int] = (),
        check: Check | None = None,
        text: bool = False,
    ) -> Answer:
        """
        Read a resource.

        Args:
            path: from the source's base on; it may have a query. Or a full address on one of the source's hosts.
            params: added to the query.
            headers: for this request, credentials among them.
            expect: statuses besides 2xx that the caller judges itself.
            check: looks at an answer before it counts as one; it raises `RequestError` to have it fail, or asked again.
            text: the body is not JSON.

        Raises:
            SourceError: with the reason and what to do next.
        """
        url, own = self._url(path)
        request = self._exchange.build(
            "GET", url.copy_merge_params(params) if params else url, headers=self._headers(headers, own=own)
        )
        return self._ask(request, Expectation(expect, check, text=text, own=own))

    def read_lines(self, path: str, reader: Reader) -> None:
        """Have the lines of a file read as they come, however long it is. See `get`."""
        url, own = self._url(path)
        request = self._exchange.build("GET", url, headers=self._headers(None, own=own))
        self._ask(request, Expectation((), None, text=True, own=own, reader=reader))

    def post_json(  # noqa: PLR0913 - as get
        self,
        path: str,
        body: object,
        *,
        headers: Mapping[str, str] | None = None,
        safe: bool = True,
        expect: Collection[int] = (),
        check: Check | None = None,
    ) -> Answer:
        """Send JSON. `safe`: asking twice does no harm, for it only reads; else it arrives once. See `get`."""
        url, own = self._url(path)
        request = self._exchange.build("POST", url, headers=self._headers(headers, own=own), json=body)
        return self._ask(request, Expectation(expect, check, own=own, safe=safe))

    def post_form(  # noqa: PLR0913 - as get
        self,
        path: str,
        fields: Mapping[str, str],
        *,
        headers: Mapping[str, str] | None = None,
        safe: bool = True,
        expect: Collection[int] = (),
        check: Check | None = None,
    ) -> Answer:
        """Send a form. See `post_json`."""
        url, own = self._url(path)
        request = self._exchange.build("POST", url, headers=self._headers(headers, own=own), data=dict(fields))
        return self._ask(request, Expectation(expect, check, own=own, safe=safe))

    def once(self, key: str, make: Callable[[], ValueT], *, fresh: Callable[[ValueT], bool] = lambda _: True) -> ValueT:
        """Return what was made under this key, made anew when it is missing or no longer fresh."""
        return self._memory.once(key, make, fresh)

    def forget(self, key: str) -> None:
        """Have `once` make it anew."""
        self._memory.forget(key)

    @property
    def skew(self) -> timedelta | None:
        """How far the source's clock is ahead of ours, by its newest answer; None before one told its time."""
        return self._memory.skew

    def now(self) -> datetime:
        """Return the time now, UTC."""
        return self._world.clock()

    @property
    def time_left(self) -> float:
        """Seconds left of the source's budget."""
        return self._budget.left

    def pause(self, seconds: float) -> None:
        """
        Wait because the source asked for it.

        Raises:
            RequestError: when the source's budget does not last for it, or the run is to stop.
        """
        self._budget.sleep(seconds)

    def report_gap(self, what: str) -> None:
        """
        Report that rows are missing from what this stream reads, in a sentence for people.

        What did not come is then not taken for gone, and marks what is counted of this stream.
        """
        if what not in self.gaps:
            self.gaps.append(what)

    def keep_rows(self, what: str) -> None:
        """Say why what does not come this time is not taken for gone."""
        self.closes_nothing = True
        self._note(what)

    def keep_secret(self, value: str) -> None:
        """Keep a value that is not among the settings' secrets out of every text."""
        self._redactor.add(value)

    def scrub(self, text: str) -> str:
        """Return a text without any secret of this source."""
        return self._redactor.scrub(text)

    def path_of(self, link: str, answer: Answer) -> str:
        """
        Return the path and query of a link in an answer; behind a `base_url` the vendor's own host is as good.

        Raises:
            SourceError: when it leads to another host.
        """
        try:
            return self._hosts.path_of(link, answer.url_path)
        except RequestError as error:
            raise self._fail(GivenUp(error, 1)) from error

    def _url(self, path: str) -> tuple[httpx.URL, bool]:
        try:
            return self._hosts.locate(path)
        except RequestError as error:
            raise self._fail(GivenUp(error, 1)) from error

    def _headers(self, headers: Mapping[str, str] | None, *, own: bool) -> Mapping[str, str]:
        merged = {**(self._login if own else {}), **(headers or {})}
        for value in merged.values():
            if odd := unfit_for_header(value):
                what = f"a credential of source {self._source_id} has a character that no header takes: {odd}"
                step = f"copy the credentials of source {self._source_id} into .env once more"
                raise self._error(what, "unauthorized", step)
        return merged

    def _ask(self, request: httpx.Request, wanted: Expectation) -> Answer:
        sent = 0

        def attempt() -> Answer:
            nonlocal sent
            sent += 1
            try:
                return self._accept(request, wanted)
            except RequestError as error:
                error.again = error.again and (wanted.safe or error.unsent)
                raise

        try:
            return with_retries(attempt, self._world, self._budget)
        except GivenUp as end:
            raise self._fail(end) from end
        finally:
            self._count(retries=sent - 1)

    def _accept(self, request: httpx.Request, wanted: Expectation) -> Answer:
        self._count(requests=1)
        answer, wire = self._exchange.send(request, signed=wanted.own, reader=wanted.reader)
        self._count(received=wire)
        if date := server_time(answer.headers):
            self._memory.skew = date - self._world.clock()
        return self._acceptance.accept(answer, request.url, wanted, self._note)

    def _note(self, what: str) -> None:
        if what not in self.notes:
            self.notes.append(what)

    def _count(self, *, requests: int = 0, retries: int = 0, received: int = 0) -> None:
        """Add to this stream's counters; one stream may ask from two threads."""
        with self._counting:
            self.requests += requests
            self.retries += retries
            self.bytes += received

    def _check(self, vendor_url: str, settings: SourceSettings, others: Collection[str]) -> Hosts:
        try:
            return Hosts(vendor_url, settings.base_url, others, insecure=settings.insecure)
        except RequestError as error:
            what = f"the address of source {self._source_id} {error.what}"
            step = "correct url or base_url in okr_config/sources.yaml"
            raise self._error(what, error.reason, step) from error

    def _fail(self, end: GivenUp) -> SourceError:
        error = end.error
        host = self._hosts.base.netloc.decode()
        tries = f" ({end.tries} tries)" if end.tries > 1 else ""
        resume = f"; it may go on at {end.resume_at:%Y-%m-%d %H:%M} UTC" if end.resume_at else ""
        step = error.next_step or next_step(error.reason, self._source_id)
        return self._error(f"{host} {error.what}{tries}{resume}", error.reason, step)

    def _error(self, what: str, reason: str, step: str) -> SourceError:
        return SourceError(self.scrub(what), reason=reason, where=f"source {self._source_id}", next_step=step)
