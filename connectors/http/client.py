"""
The one HTTP client: paced, bounded, retried and redacted. Connectors ask it, nothing else speaks HTTP.

Credentials travel in headers only; an error names the host, never the query, and no value of an answer.
"""

import copy
import logging
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Self, TypeVar

import httpx

from connectors.http.errors import RequestError
from connectors.http.hosts import Hosts
from connectors.http.rate_limit import Pace
from connectors.http.redaction import Redactor, secrets_of
from connectors.http.response import Answer, read_body
from connectors.http.retry import GivenUp, retry_after, with_retries
from connectors.http.status import next_step, status_error, transport_error
from connectors.http.transport import Wire
from okr_config.errors import SourceError
from okr_config.models import SourceSettings
from okr_config.world import World

# httpx logs whole URLs, and a vendor's paging link may hold a token
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_CONNECT_TIMEOUT = 5.0
_NO_CONTENT = 204
_HARMLESS = frozenset({"accept", "accept-language", "content-type", "user-agent"})

ValueT = TypeVar("ValueT")
Check = Callable[[Answer], None]
Judge = Callable[[Answer], RequestError | None]


@dataclass(frozen=True)
class _Wanted:
    """
    What the caller takes for an answer.

    own: from the source's own host, with its credentials. text: no JSON. safe: asking twice does no harm.
    """

    expect: Collection[int]
    check: Check | None
    text: bool = False
    own: bool = True
    safe: bool = True


class Client:
    """
    Asks one source. Streams of the source share its pace, its slots and what it remembers; each counts for itself.

    requests, bytes, retries: what this stream has sent and got so far. concurrency: how many requests may be in flight.
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
        self.concurrency = concurrency
        self._source_id = settings.id
        self._world = world
        self._sign = sign
        self._judge = judge
        self._cool_down = cool_down
        self._login = dict(headers)
        self._timeout = settings.timeout
        credentials = [value.rpartition(" ")[2] for name, value in headers.items() if name.lower() not in _HARMLESS]
        self._redactor = Redactor([*secrets_of(settings), *credentials])
        self._pace = Pace(rate, world)
        self._slots = threading.BoundedSemaphore(concurrency)
        self._memory: dict[str, Any] = {}
        self._lock = threading.RLock()
        self._counting = threading.Lock()
        self._hosts = self._check(vendor_url or "https://invalid", settings, hosts)
        base = self._hosts.base
        self._http = httpx.Client(
            transport=transport
            or Wire(world, tls=base.scheme == "https", insecure=settings.insecure, connections=concurrency),
            headers={"accept": "application/json", "accept-encoding": "gzip", "user-agent": "okr"},
            timeout=httpx.Timeout(self._timeout, connect=min(self._timeout, _CONNECT_TIMEOUT), pool=None),
            trust_env=False,
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def counting_anew(self) -> "Client":
        """Return the same client with counters of its own."""
        client = copy.copy(self)
        client.requests = client.bytes = client.retries = 0
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
        request = self._http.build_request(
            "GET", url.copy_merge_params(params) if params else url, headers=self._headers(headers, own=own)
        )
        return self._ask(request, _Wanted(expect, check, text=text, own=own))

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
        request = self._http.build_request("POST", url, headers=self._headers(headers, own=own), json=body)
        return self._ask(request, _Wanted(expect, check, own=own, safe=safe))

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
        request = self._http.build_request("POST", url, headers=self._headers(headers, own=own), data=dict(fields))
        return self._ask(request, _Wanted(expect, check, own=own, safe=safe))

    def once(self, key: str, make: Callable[[], ValueT], *, fresh: Callable[[ValueT], bool] = lambda _: True) -> ValueT:
        """Return what was made under this key, made anew when it is missing or no longer fresh."""
        with self._lock:
            if key not in self._memory or not fresh(self._memory[key]):
                self._memory[key] = make()
            value: ValueT = self._memory[key]
            return value

    def forget(self, key: str) -> None:
        """Have `once` make it anew."""
        with self._lock:
            self._memory.pop(key, None)

    @property
    def skew(self) -> timedelta | None:
        """How far the source's clock is ahead of ours, by its newest answer; None before one told its time."""
        skew: timedelta | None = self._memory.get("skew")
        return skew

    def _note_skew(self, told: str) -> None:
        try:
            moment = parsedate_to_datetime(told)
        except ValueError:
            return
        with self._lock:
            self._memory["skew"] = moment.replace(tzinfo=moment.tzinfo or UTC) - self._world.clock()

    def now(self) -> datetime:
        """Return the time now, UTC."""
        return self._world.clock()

    def pause(self, seconds: float) -> None:
        """Wait because the source asked for it."""
        if seconds > 0:
            self._world.sleep(seconds)

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
        return {**(self._login if own else {}), **(headers or {})}

    def _ask(self, request: httpx.Request, wanted: _Wanted) -> Answer:
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
            return with_retries(attempt, self._world)
        except GivenUp as end:
            raise self._fail(end) from end
        finally:
            self._count(retries=sent - 1)

    def _accept(self, request: httpx.Request, wanted: _Wanted) -> Answer:
        answer = self._send(request, signed=wanted.own)
        if answer.status in wanted.expect:
            return answer
        if error := self._verdict(answer) or status_error(answer, request.url, self._world.clock()):
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
        try:
            answer.json()
        except RequestError:
            return None
        error = self._judge(answer)
        if error and error.after is None:
            error.after = retry_after(answer.headers, self._world.clock())
        return error

    def _send(self, request: httpx.Request, *, signed: bool) -> Answer:
        with self._slots:
            self._pace.wait()
            self._count(requests=1)
            response = None
            try:
                response = self._http.send(request, stream=True, auth=self._sign if signed else None)
                headers = {name.lower(): value for name, value in response.headers.items()}
                body, wire = read_body(response.iter_raw(), headers)
            except httpx.TransportError as error:
                raise transport_error(error, timeout=self._timeout, reading=response is not None) from error
            finally:
                if response is not None:
                    response.close()
        self._count(received=wire)
        self._note_skew(headers.get("date", ""))
        return Answer(response.status_code, headers, body, request.url.path)

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
            raise SourceError(
                self.scrub(f"the address of source {self._source_id} {error.what}"),
                reason=error.reason,
                where=f"source {self._source_id}",
                next_step="correct url or base_url in okr_config/sources.yaml",
            ) from error

    def _fail(self, end: GivenUp) -> SourceError:
        error = end.error
        host = self._hosts.base.netloc.decode()
        tries = f" ({end.tries} tries)" if end.tries > 1 else ""
        resume = f"; it may go on at {end.resume_at:%Y-%m-%d %H:%M} UTC" if end.resume_at else ""
        return SourceError(
            self.scrub(f"{host} {error.what}{tries}{resume}"),
            reason=error.reason,
            where=f"source {self._source_id}",
            next_step=next_step(error.reason, self._source_id),
        )
