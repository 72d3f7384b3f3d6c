"""
A run for an OpenTelemetry collector, where one is named: a trace with a span for each stream, and what was counted.

It wants `OTEL_EXPORTER_OTLP_ENDPOINT` and the extra `okr[otel]`. A collector that does not take it fails no run.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flows.run.events import Event, Tell
from flows.run.run_metrics import RunMetrics
from okr_config.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import Tracer

ENDPOINT, HEADERS = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS"
_PATIENCE = 5.0
_TOLD = ("source", "stream", "rows", "new", "changed", "refused", "reason")
"""What a span says of a stream; the words of an error stay in the log."""


@contextmanager
def traced(environ: Mapping[str, str], project_id: str, world: World, tell: Tell) -> Iterator[Tell]:
    """Have what is told sent to a collector too, as a trace and counts at the end; without one nothing changes."""
    endpoint = environ.get(ENDPOINT)
    if not endpoint:
        yield tell
        return
    try:
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
        from opentelemetry.util.re import parse_env_headers
    except ImportError:
        tell(Event("log", f"{ENDPOINT} is set, but traces need an extra   next: install okr[otel]"))
        yield tell
        return
    finished = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(finished))
    trace = _Trace(provider.get_tracer("okr"), project_id, world)
    metrics = RunMetrics(project_id, world)

    def all_three(event: Event) -> None:
        trace.tell(event)
        metrics.tell(event)
        tell(event)

    try:
        yield all_three
    finally:
        trace.end()
        headers = parse_env_headers(environ.get(HEADERS, ""), liberal=True)
        taken = {
            "trace": _send(endpoint, headers, finished.get_finished_spans()),
            "counts": metrics.send(endpoint, headers),
        }
        if lost := [what for what, is_taken in taken.items() if not is_taken]:
            tell(Event("log", f"the OpenTelemetry collector did not take the {' and '.join(lost)} of this run"))


class _Trace:
    """Makes spans of events, by the times of a world's clock."""

    def __init__(self, tracer: "Tracer", project_id: str, world: World) -> None:
        self._tracer = tracer
        self._clock = world.clock
        self._run = tracer.start_span("okr run", start_time=_nanoseconds(world.clock()))
        self._run.set_attribute("okr.project", project_id)

    def tell(self, event: Event) -> None:
        """Take in a happening."""
        fields = event.fields
        if event.kind == "step" and event.what == "land":
            self._land(fields)
        elif event.kind == "start":
            self._run.set_attribute("okr.run_id", str(fields["run_id"]))
        elif event.kind == "end":
            self._run.set_attribute("okr.state", str(fields["state"]))
            self._fail(self._run, fields["state"])

    def end(self) -> None:
        """End the run's own span."""
        self._run.end(_nanoseconds(self._clock()))

    def _land(self, fields: Mapping[str, object]) -> None:
        from opentelemetry.trace import set_span_in_context

        seconds = fields["seconds"]
        now = self._clock()
        began = now - timedelta(seconds=seconds if isinstance(seconds, float) else 0)
        name = f"pull {fields['source']} {fields['stream']}"
        span = self._tracer.start_span(name, set_span_in_context(self._run), start_time=_nanoseconds(began))
        for key in _TOLD:
            if isinstance(value := fields.get(key), str | int):
                span.set_attribute(f"okr.{key}", value)
        self._fail(span, fields["state"])
        span.end(_nanoseconds(now))

    def _fail(self, span: object, state: object) -> None:
        from opentelemetry.trace import Span, StatusCode

        if isinstance(span, Span) and state == "failed":
            span.set_status(StatusCode.ERROR)


def _send(endpoint: str, headers: Mapping[str, str], spans: "Sequence[ReadableSpan]") -> bool:
    from logging import CRITICAL, getLogger

    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import SpanExportResult

    # its own words for a collector that is away are a traceback
    getLogger("opentelemetry").setLevel(CRITICAL)
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", headers=dict(headers), timeout=_PATIENCE)
    try:
        return exporter.export(spans) is SpanExportResult.SUCCESS
    except Exception:  # noqa: BLE001 - whatever it is, the run has been done
        return False
    finally:
        exporter.shutdown()  # type: ignore[no-untyped-call]


def _nanoseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1_000
