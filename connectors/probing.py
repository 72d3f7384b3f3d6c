"""One cheap look at a source: do the credentials hold, and what does the vendor tell of itself?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import polars as pl

from connectors.credentials import Vault
from connectors.http.errors import RequestError
from connectors.http.status import next_step
from connectors.pulling import open_client, pull
from connectors.source import Pull, Query, SettingsT, Source, SourceHealth
from connectors.totals import read_totals
from okr_config.delivery import VendorTotal, Window
from okr_config.errors import SourceError
from okr_config.world import World

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Checkup:
    """What a look brought. skew: how far the source's clock is ahead of ours, None where it tells no time."""

    health: SourceHealth
    skew: timedelta | None
    requests: int


def check_up(  # noqa: PLR0913 - everything a connector may use is handed in
    source: Source[SettingsT],
    settings: SettingsT,
    *,
    zone: ZoneInfo,
    world: World,
    home: Path,
    customer_key: Callable[[str], str],
    query: Query | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Checkup:
    """
    Ask a source once: by the connector's own probe, else by pulling its first stream for the last day.

    Raises:
        SourceError: and nothing else that a source can be blamed for.
    """
    now = world.clock()
    window = Window(now - _DAY, now)
    with open_client(source, settings, world=world, transport=transport) as client:
        if source.probe is None:
            stream = source.streams[0]
            pulled = pull(
                source,
                settings,
                stream,
                window,
                client=client,
                zone=zone,
                world=world,
                home=home,
                customer_key=customer_key,
                query=query,
            )
            newest = pulled.cursor if any(frame.height for frame in pulled.frames.values()) else None
            health = SourceHealth(newest=newest, warnings=tuple((note, "") for note in pulled.notes))
            return Checkup(health, client.skew, pulled.requests)
        counting = client.counting_anew()
        given = Pull(settings, counting, window, zone, now, home, customer_key, Vault(home, world))
        try:
            health = source.probe(given)
        except SourceError as error:
            raise _located(error.what, error.reason, settings, source, error.next_step) from error
        except RequestError as error:
            raise _located(client.scrub(error.what), error.reason, settings, source, error.next_step) from error
        except MemoryError:
            raise
        except (Exception, pl.exceptions.PanicException) as error:
            what = "the answer has another shape than this connector reads"
            raise _located(what, "bad_answer", settings, source, "") from error
        return Checkup(_scrubbed(health, client.scrub), client.skew, counting.requests)


def ask_totals(  # noqa: PLR0913 - everything a connector may use is handed in
    source: Source[SettingsT], settings: SettingsT, *, since: datetime, zone: ZoneInfo, world: World, home: Path
) -> tuple[tuple[VendorTotal, ...], tuple[str, ...]]:
    """
    Ask a source by itself what its own page says of each full day since an instant.

    Raises:
        SourceError: when the source's address is not one to send a credential to.
    """
    now = world.clock()
    with open_client(source, settings, world=world) as client:
        window = Window(since, now)
        given = Pull(settings, client.counting_anew(), window, zone, now, home, str, Vault(home, world))
        totals, notes = read_totals(source, given, window)
        return totals, tuple(map(client.scrub, notes))


def _scrubbed(health: SourceHealth, scrub: Callable[[str], str]) -> SourceHealth:
    return replace(
        health,
        account=scrub(health.account),
        quota=scrub(health.quota),
        warnings=tuple((scrub(what), scrub(fix)) for what, fix in health.warnings),
    )


def _located(what: str, reason: str, settings: SettingsT, source: Source[SettingsT], step: str) -> SourceError:
    where = f"source {settings.id} ({source.name})"
    return SourceError(what, reason=reason, where=where, next_step=step or next_step(reason, settings.id))
