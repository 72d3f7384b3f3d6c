"""The step of a run that looks at what came: which numbers are hardly right."""

from zoneinfo import ZoneInfo

from flows.run.steps import RunContext
from okr_config.metrics import BUILT_IN, Nature
from warehouse.quality import Finding

_STOCKS = (Nature.LEVEL, Nature.PROBE)


def check_quality(context: RunContext) -> tuple[Finding, ...]:
    """Check what has landed so far, keep what looks wrong, and return it."""
    config = context.config
    stocks = {metric.id for metric in (*BUILT_IN.values(), *config.own_metrics().values()) if metric.nature in _STOCKS}
    today = context.warehouse.now().astimezone(ZoneInfo(config.timezone)).date()
    return context.warehouse.quality.run(context.run_id, config.checks, today=today, stocks=stocks)


def line_of(finding: Finding) -> str:
    """Tell a finding in a line."""
    about = " ".join(filter(None, (finding.source_id, finding.subject)))
    expected = f" ({finding.expected})" if finding.expected else ""
    return f"{finding.severity}: check {finding.check_id}{f', {about}' if about else ''}: {finding.found}{expected}"
