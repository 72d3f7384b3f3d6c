"""
What a run counted, as OpenTelemetry metrics for a collector, beside the trace of `flows.run.telemetry`.

A run is one process or one round of many: what is sent is what it added, so that a collector may add it up.
"""

from collections.abc import Mapping
from datetime import datetime
from logging import CRITICAL, getLogger
from typing import TYPE_CHECKING

from flows.run.events import Event
from okr_config.world import World

if TYPE_CHECKING:
    from opentelemetry import metrics

_PATIENCE = 5.0


class RunMetrics:
    """Counts by what a run tells."""

    def __init__(self, project_id: str, world: World) -> None:
        self._clock = world.clock
        self._began: datetime = world.clock()
        self._project = {"okr.project": project_id}
        self._state = "failed"
        self._landed: list[Mapping[str, object]] = []

    def tell(self, event: Event) -> None:
        """Take in a happening."""
        if event.kind == "step" and event.what == "land":
            self._landed.append(event.fields)
        elif event.kind == "end":
            self._state = str(event.fields["state"])

    def send(self, endpoint: str, headers: Mapping[str, str]) -> bool:
        """Send what was counted; return whether the collector took it."""
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.sdk.metrics import Counter, MeterProvider
        from opentelemetry.sdk.metrics.export import AggregationTemporality, InMemoryMetricReader, MetricExportResult

        getLogger("opentelemetry").setLevel(CRITICAL)
        reader = InMemoryMetricReader(preferred_temporality={Counter: AggregationTemporality.DELTA})
        provider = MeterProvider([reader], shutdown_on_exit=False)
        self._record(provider.get_meter("okr"))
        counted = reader.get_metrics_data()
        exporter = OTLPMetricExporter(f"{endpoint.rstrip('/')}/v1/metrics", headers=dict(headers), timeout=_PATIENCE)
        try:
            return counted is not None and exporter.export(counted) is MetricExportResult.SUCCESS
        except Exception:  # noqa: BLE001 - whatever it is, the run has been done
            return False
        finally:
            exporter.shutdown()
            provider.shutdown()

    def _record(self, meter: "metrics.Meter") -> None:
        ended = {**self._project, "okr.state": self._state}
        meter.create_counter("okr.runs", unit="{run}").add(1, ended)
        seconds = (self._clock() - self._began).total_seconds()
        meter.create_gauge("okr.run.duration", unit="s").set(seconds, ended)
        rows = meter.create_counter("okr.rows", unit="{row}", description="Rows that a vendor answered")
        failures = meter.create_counter("okr.failures", unit="{pull}", description="Pulls that failed")
        for fields in self._landed:
            stream = {**self._project, "okr.source": str(fields["source"]), "okr.stream": str(fields["stream"])}
            read = fields.get("rows")
            rows.add(read if isinstance(read, int) else 0, stream)
            failures.add(int(fields["state"] == "failed"), stream)
