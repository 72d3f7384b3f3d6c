"""Why there is not a single number: the source that would bring it has not answered yet, or there is none."""

from scorecard.i18n.messages import say
from scorecard.measures.freshness import Freshness
from scorecard.measures.measurement import Measured, Subject

_OF_WEB = frozenset({"traffic", "days", "pages", "searches"})
_OF_ACCOUNTS = frozenset({"accounts"})
_STATED, _RATES = "observations", "rates"
_FAMILIES = {"shop": "shop", "web": "web", "social": "accounts", "newsletter": "accounts"}


def why_silent(subject: Subject, measured: Measured, freshness: Freshness) -> str:
    """
    Say what stands in the way of a key result's first number; nothing where it has one, or nothing is known of sources.

    Numbers that are stated (a sheet, an own query) may be of any metric: that they lack one says nothing of them.
    """
    named = [*(subject.parts() or ()), *filter(None, (subject.key_result.metric,))]
    states = list(freshness.states())
    if measured.is_known or measured.points or not states or not named or not subject.span.has_started:
        return ""
    language, only = subject.definition.language, subject.key_result.sources
    families = {_FAMILIES.get(name.partition(".")[0], "") for name in named}
    own = {name.partition(".")[0] for name in named}
    streams = [
        (source, stream)
        for source, stream in states
        if (not only or source in only)
        and (_family(stream.name) in families or stream.name == _STATED or source in own)
    ]
    silent = {source for source, stream in streams if stream.last_success_at is None}
    heard = {source for source, stream in streams if stream.last_success_at is not None}
    if unheard := sorted(silent - heard):
        return say(language, "silent.failing", sources=", ".join(unheard), source=unheard[0])
    fitting = [source for source, stream in streams if stream.name != _STATED or source in own or source in only]
    if not fitting and "" not in families:
        return say(language, "silent.not_connected")
    return ""


def _family(stream: str) -> str | None:
    """Return what a stream brings numbers of; None for those that bring none of a metric's own."""
    if stream in {_STATED, _RATES}:
        return None
    return "web" if stream in _OF_WEB else "accounts" if stream in _OF_ACCOUNTS else "shop"
