"""A run as a trace and counts for a collector (flows.run.telemetry, flows.run.run_metrics)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.message import Message
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from flows.run.telemetry import ENDPOINT, HEADERS
from okr_config.world import World
from tests.connectors.loopback import Loopback, Reply
from tests.flows.project_folder import Folder


@pytest.fixture
def collector(tmp_path: Path, world: World) -> Iterator[Loopback]:
    """Start a collector that takes everything."""
    running = Loopback(world, tmp_path / "collector")
    running.script = lambda _: Reply(b"")
    yield running
    running.stop()


@pytest.fixture
def observed(folder: Folder, collector: Loopback) -> Folder:
    """Return a folder whose runs are sent there, with a source that is there and one that is not."""
    source = "  - {id: gone, connector: file, path: nowhere/*.csv}\n"
    folder.write(
        "okr_config/sources.yaml", f"sources:\n  - {{id: sheet, connector: file, path: numbers/*.csv}}\n{source}"
    )
    folder.write("okr_config/project.yaml", "id: shop\ntimezone: UTC\n")
    folder.write("numbers/numbers.csv", "metric,day,value\nshop.units_sold,2026-11-20,1\n")
    folder.environ |= {ENDPOINT: collector.url, HEADERS: "x-key=secret-of-the-collector"}
    return folder


def _body(collector: Loopback, path: str) -> bytes:
    (request,) = (one for one in collector.seen if one.path == path)
    assert "secret-of-the-collector" == request.headers["x-key"]
    return request.body if isinstance(request.body, bytes) else b""


def _spans(collector: Loopback) -> list[Message]:
    trace = ExportTraceServiceRequest.FromString(_body(collector, "/v1/traces"))
    return [span for resource in trace.resource_spans for scope in resource.scope_spans for span in scope.spans]


def test_a_run_is_one_trace(observed: Folder, collector: Loopback) -> None:
    """The run, below it each stream with its rows and whether it failed; times are those of the run."""
    observed.run()

    spans = {" ".join(span.name.split()[:2]): span for span in _spans(collector)}  # type: ignore[attr-defined]
    sheet, gone, run = spans["pull sheet"], spans["pull gone"], spans["okr run"]
    told = {one.key: one.value.string_value or one.value.int_value for one in (*run.attributes, *sheet.attributes)}
    assert 3 == len(spans)
    assert {run.span_id} == {sheet.parent_span_id, gone.parent_span_id}
    assert {"okr.project": "shop", "okr.state": "partial", "okr.source": "sheet", "okr.rows": 1}.items() <= told.items()
    assert (0, 2) == (sheet.status.code, gone.status.code)
    assert run.start_time_unix_nano <= sheet.start_time_unix_nano <= sheet.end_time_unix_nano <= run.end_time_unix_nano


def test_a_run_is_counted(observed: Folder, collector: Loopback) -> None:
    """Runs by how they ended and their seconds, rows and failures by source: what this run added, no more."""
    observed.run()

    counted = ExportMetricsServiceRequest.FromString(_body(collector, "/v1/metrics"))
    ((scope,),) = [[*resource.scope_metrics] for resource in counted.resource_metrics]
    points = {
        (metric.name, *sorted(one.value.string_value for one in point.attributes)): point.as_int or point.as_double
        for metric in scope.metrics
        for point in (metric.sum if metric.HasField("sum") else metric.gauge).data_points
    }
    assert {
        ("okr.runs", "partial", "shop"): 1,
        ("okr.rows", "observations", "sheet", "shop"): 1,
        ("okr.rows", "gone", "observations", "shop"): 0,
        ("okr.failures", "observations", "sheet", "shop"): 0,
        ("okr.failures", "gone", "observations", "shop"): 1,
    } == {name: value for name, value in points.items() if name[0] != "okr.run.duration"}
    assert ("okr.run.duration", "partial", "shop") in points
    assert {1} == {metric.sum.aggregation_temporality for metric in scope.metrics if metric.HasField("sum")}


def test_a_collector_that_does_not_take_it_fails_no_run(observed: Folder, collector: Loopback) -> None:
    """It is remarked, and the rest is as ever."""
    collector.script = lambda _: Reply(b"", 400)

    observed.run()

    assert 1 == [event.what for event in observed.events].count(
        "the OpenTelemetry collector did not take the trace and counts of this run"
    )


def test_without_a_collector_nothing_is_imported(folder: Folder) -> None:
    """Nobody pays for what is not wanted."""
    folder.write("okr_config/project.yaml", "timezone: UTC\n")
    folder.write("numbers/numbers.csv", "metric,day,value\nshop.units_sold,2026-11-20,1\n")

    outcome = folder.run()

    assert outcome.complete
    assert [] == [event for event in folder.events if "OpenTelemetry" in event.what]
