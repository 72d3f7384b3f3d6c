"""Public holidays of a country, by the `holidays` library: read only by projects that name one."""

from datetime import date
from functools import lru_cache

from okr_config.documents import Spot
from okr_config.errors import Problem
from okr_config.hints import listing
from okr_config.tokens import quoted


@lru_cache(maxsize=64)
def public_holidays(country: str, first_year: int, last_year: int) -> frozenset[date]:
    """
    Return the days that are public holidays in all of a country, or in a part of it, in some years.

    Args:
        country: ISO 3166-1's two letters, such as NO, or with a part of it, such as GB-SCT.
        first_year: the first year.
        last_year: the last year, which counts.

    Raises:
        ValueError: for a country or a part that is not known.
    """
    import holidays  # noqa: PLC0415 - a tenth of a second, for projects that name a country

    whole, _, part = country.partition("-")
    try:
        days = holidays.country_holidays(whole, subdiv=part or None, years=range(first_year, last_year + 1))
    except NotImplementedError as unknown:
        raise ValueError(f"no public holidays are known of {country}") from unknown
    return frozenset(days)


def country_problems(spot: Spot, name: str | None) -> list[Problem]:
    """Return what is wrong with the name of a country; no name is no problem."""
    if name is None:
        return []
    from holidays import list_supported_countries  # noqa: PLC0415 - as above

    known = list_supported_countries(include_aliases=False)
    whole, _, part = name.partition("-")
    if whole not in known:
        # of two letters each is near some other
        hint = f"did you mean '{name.upper()}'?" if whole.upper() in known else "countries are two letters: NO, GB, US"
        return spot.tell(f"unknown country{quoted(spot)}", hint=hint)
    if part and part not in known[whole]:
        parts = listing(f"{whole}-{one}" for one in known[whole])
        hint = f"parts that are known: {parts}" if parts else f"{whole} has no parts that differ: write {whole}"
        return spot.tell(f"unknown part of a country{quoted(spot)}", hint=hint)
    return []
