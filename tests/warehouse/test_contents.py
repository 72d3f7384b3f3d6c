"""A pull that brings what came last is entered, and no row of it is compared; with warehouse.landings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from okr_config.delivery import Delivery, Refusal, Window
from tests.warehouse.deliveries import DAY, FROM, NOON, TO, ask, delivery, sheet, traffic
from warehouse import Warehouse, landings
from warehouse.contents import hash_of

ORDER: dict[str, Any] = {"order_id": "A"}
SHOP = delivery({"orders": [ORDER], "order_lines": [ORDER], "refunds": []})
SITE = traffic({"visitors": 7})


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Return the streams whose rows were compared, in their order."""
    streams: list[str] = []
    land_rows = landings.land_rows

    def land(connection: Any, delivered: Delivery, **words: Any) -> tuple[int, int]:  # noqa: ANN401 - passed on
        streams.append(delivered.stream)
        return land_rows(connection, delivered, **words)

    monkeypatch.setattr(landings, "land_rows", land)
    return streams


@pytest.mark.parametrize("pulled", [SHOP, SITE, sheet({"metric": "sheet.calls", "value": Decimal(1)})])
def test_the_same_again_is_not_compared(warehouse: Warehouse, compared: list[str], pulled: Delivery) -> None:
    """It is a landing all the same, with its own window and cursor."""
    later = replace(pulled, window=Window(FROM, TO + timedelta(minutes=1)), cursor=TO + timedelta(minutes=1))
    ids = [warehouse.land(one, "run").load_id for one in (pulled, pulled, later)]

    assert [pulled.stream] == compared
    assert list(zip(ids, (True, False, False), strict=True)) == ask(
        warehouse, "select load_id, rows_new > 0 from load order by load_id"
    )
    assert TO + timedelta(minutes=1) == warehouse.cursor(pulled.source_id, pulled.stream)


@pytest.mark.parametrize(
    "changed",
    [
        traffic({"visitors": 8}),
        traffic({"visitors": 7}, {"visitors": 1, "period_start": DAY - timedelta(days=1)}),
        traffic(),
        replace(SITE, mode="merge"),
        replace(SITE, whole=True),
        replace(SITE, window=Window(FROM - timedelta(days=1), TO)),
        replace(SITE, refused=(Refusal("traffic", "no day", "{}"),)),
    ],
)
def test_anything_else_is_compared(warehouse: Warehouse, compared: list[str], changed: Delivery) -> None:
    """Other rows, fewer, or the same that speak for other days or were not all read."""
    for one in (SITE, changed):
        warehouse.land(one, "run")

    assert ["traffic", "traffic"] == compared


def test_what_was_refused_is_compared_again(warehouse: Warehouse, compared: list[str]) -> None:
    """Of rows that were refused nobody knows whether they are the same."""
    refused = replace(SITE, refused=(Refusal("traffic", "no day", "{}"),))
    for one in (refused, refused):
        warehouse.land(one, "run")

    assert ["traffic", "traffic"] == compared


def test_what_another_stream_changed_since_is_compared(warehouse: Warehouse) -> None:
    """Two streams that tell of the same rows: what came last counts, also where it came before."""
    look = {"account": "page", "observed_at": NOON}
    one, other = (
        delivery({"accounts": [look | {"followers": count}]}, mode="merge", stream=stream)
        for stream, count in (("accounts", 1), ("history", 2))
    )
    for pulled in (one, other, one):
        warehouse.land(pulled, "run")

    assert [(1,)] == ask(warehouse, "select followers from social_account")


def test_what_was_taken_back_is_compared(warehouse: Warehouse) -> None:
    """After a repair the newest landing that is left decides, and rows that went with a later one come again."""
    warehouse.land(SITE, "run")
    since = warehouse.now()
    warehouse.land(traffic({"visitors": 8}), "run")
    warehouse.repairs.take_back(since)

    loads = [warehouse.land(pulled, "run") for pulled in (SITE, traffic({"visitors": 8}))]

    assert [0, 1] == [load.rows_changed for load in loads]
    assert [(8,)] == ask(warehouse, "select visitors from web_traffic")


def test_a_hash_tells_rows_and_what_they_speak_for() -> None:
    """Equal deliveries have equal hashes, whenever they were pulled; a null is no empty text."""
    assert hash_of(SHOP) == hash_of(replace(SHOP, started_at=TO + timedelta(days=1), requests=9, cursor=None))
    texts = [hash_of(delivery({"orders": [ORDER | {"customer_key": text}]})) for text in (None, "")]
    assert len(set(texts)) == len(texts)


def test_several_land_as_one(warehouse: Warehouse) -> None:
    """Of several where one cannot be landed nothing is kept; else each has its load, in their order."""
    broken = replace(SHOP, frames={"orders": SHOP.frames["orders"].with_columns(day=1)})
    with pytest.raises(Exception, match="INTEGER"):
        warehouse.land_all([SITE, broken], "run")
    assert [(0, 0)] == ask(warehouse, "select (select count(*) from load), (select count(*) from web_traffic_version)")

    loads = warehouse.land_all([SITE, SHOP, SITE], "run")

    assert [(1, 0), (2, 0), (0, 0)] == [(load.rows_new, load.rows_changed) for load in loads]
    assert [(load.load_id,) for load in loads] == ask(warehouse, "select load_id from load order by finished_at")
