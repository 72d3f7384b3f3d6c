"""The metrics that are not built in: the team's SQL, what a source declares of itself, what a source brings."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from okr_config.metrics import Metric, Nature
from okr_config.models import METRIC_NAME, SourceSettings, TeamMetric


@dataclass(frozen=True)
class BringingSources(Collection[str]):
    """
    Ids of the sources whose connector brings metrics under the source's own name.

    A connector is looked up when one of its sources is asked about: that imports it. connector_of: connector by id of
    the source.
    """

    connector_of: Mapping[str, str]
    connectors: Mapping[str, type[SourceSettings]]

    def __contains__(self, source: object) -> bool:
        """Whether a source is one of them."""
        connector = self.connector_of.get(source) if isinstance(source, str) else None
        settings = self.connectors.get(connector) if connector else None
        return settings is not None and settings.brings_metrics

    def __iter__(self) -> Iterator[str]:
        """Iterate over all of them."""
        return (source for source in self.connector_of if source in self)

    def __len__(self) -> int:
        """Count them."""
        return sum(1 for _ in self)


def own_metric(declared: TeamMetric) -> Metric:
    """
    Return a declared metric in the form of the built-in ones.

    What does not add up over days is a level by the day or instant, and a distinct count by the week or month.
    """
    if declared.additive:
        nature = Nature.ADDITIVE
    else:
        nature = Nature.LEVEL if declared.grain in {"day", "instant"} else Nature.DISTINCT
    titles = (
        declared.title
        if isinstance(declared.title, dict)
        else dict.fromkeys(("nb", "en"), declared.title or declared.id)
    )
    either = next(iter(titles.values()), declared.id)
    unit = "money" if declared.currency else declared.unit
    return Metric(declared.id, unit, nature, titles.get("nb", either), titles.get("en", either))


def implied_metric(name: str) -> Metric:
    """Return what a metric that a source brings is unless it is declared: a count that adds up over days."""
    return own_metric(TeamMetric(id=name))


def is_brought_by(name: str, sources: Collection[str]) -> bool:
    """Whether a metric is of the form `<source>.<name>`, its source one of those that bring metrics."""
    return bool(re.fullmatch(METRIC_NAME, name)) and name.partition(".")[0] in sources
