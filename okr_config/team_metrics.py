"""The metrics that are not built in: the team's SQL, what a source declares of itself, what a file brings."""

from collections.abc import Collection

from okr_config.metrics import Metric, Nature
from okr_config.models import TeamMetric


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
    """Return what a metric that a file brings is unless it is declared: a count that adds up over days."""
    return own_metric(TeamMetric(id=name))


def is_brought_by(name: str, files: Collection[str]) -> bool:
    """Whether a metric is of the form `<source>.<name>`, its source one of the files."""
    source, dot, rest = name.partition(".")
    return bool(dot and rest) and source in files
