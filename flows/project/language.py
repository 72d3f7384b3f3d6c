"""Which language a person reads, as their environment says."""

from collections.abc import Mapping

from scorecard.i18n.language import Language

_NORWEGIAN = ("nb", "nn", "no")


def language_of(environ: Mapping[str, str]) -> Language:
    """Return nb where the locale is Norwegian (nb_NO, no_NO, nn_NO), else en."""
    stated = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "nb" if stated.lower().replace("-", "_").partition("_")[0].partition(".")[0] in _NORWEGIAN else "en"
