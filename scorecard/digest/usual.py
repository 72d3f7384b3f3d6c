"""How far a chance moves in a while by luck alone, so that only what goes beyond is called news."""

from datetime import timedelta
from statistics import NormalDist

CALM = 0.9
"""In so many of ten weeks in which nothing happens no key result of a project goes beyond its usual range."""

_NORMAL = NormalDist()
_ENDS = 1e-6


def usual_range(before: float, left: timedelta, passed: timedelta, key_results: int = 1) -> tuple[float, float]:
    """
    Return the range in which a chance lies after a while in which nothing but luck has moved it.

    A chance that is right is the share of outcomes beyond a target, and the outcome is the sum of what comes day by
    day. With z its quantile and `left` days to come, of which `passed` have come since, it is afterwards that of
    (z * sqrt(left) + sqrt(passed) * e) / sqrt(left - passed), e being a standard normal: the chance of a sum with
    independent, equal days, of whatever size they are.

    Args:
        before: the chance then, 0-1.
        left: how long it was to the deadline then.
        passed: how long ago that is.
        key_results: how many are watched at once: the more, the wider, so that all of them together stay within
            their ranges in `CALM` of the weeks.

    Returns:
        Lowest and highest usual chance, both inclusive; everything where the deadline has come.
    """
    if passed <= timedelta():
        return before, before
    if passed >= left:
        return 0.0, 1.0
    level = CALM ** (1 / max(key_results, 1))
    reach = _NORMAL.inv_cdf((1 + level) / 2) * (passed / left) ** 0.5
    z = _NORMAL.inv_cdf(min(max(before, _ENDS), 1 - _ENDS))
    rest = (1 - passed / left) ** 0.5
    return _NORMAL.cdf((z - reach) / rest), _NORMAL.cdf((z + reach) / rest)
