"""Every connector's rows in a real warehouse: the same again adds nothing, a change is one version more, no secret."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from polars.testing import assert_frame_equal

import connectors
from connectors.records import KEYS
from okr_config.delivery import Delivery, Window
from okr_config.errors import SourceError
from tests.connectors.cases import CANARY, NETWORKED, case_of, pull_case
from tests.connectors.loopback import NOW, Loopback, Reply
from warehouse import Warehouse
from warehouse.landing import KINDS

pytestmark = pytest.mark.slow

_TIMES_AND_IDS = 10**6
_TRIES = 60
"""Values of an answer that are changed, one after the other, until one of them changes a row."""


@pytest.fixture(autouse=True)
def _no_secret_is_stored(warehouse: Warehouse, tmp_path: Path) -> Iterator[None]:
    yield
    warehouse.close()
    assert CANARY.encode() not in (tmp_path / "warehouse" / "okr.duckdb").read_bytes()


def _versions(warehouse: Warehouse, pulled: Delivery) -> int:
    """Count the versions of all kinds that a pull brought."""
    tables = (f"select count(*) from {KINDS[str(kind)].table}_version" for kind in pulled.frames)
    return sum(int(warehouse._read(query, None).item()) for query in tables)  # noqa: SLF001 - its door takes no question


@pytest.mark.parametrize("name", connectors.names())
def test_landing_the_same_again_adds_nothing(warehouse: Warehouse, loopback: Loopback, name: str) -> None:
    """Rows that are known add no version; snapshots, which are looks at another moment, add theirs."""
    pulled = pull_case(loopback, name)
    first = warehouse.land(pulled, "run")
    before = _versions(warehouse, pulled)

    again = warehouse.land(pull_case(loopback, name), "run")

    assert (sum(case_of(name)["rows"].values()), 0) == (first.rows_new, first.rows_changed)
    assert (0, 0) == (again.rows_new, again.rows_changed)
    assert before == _versions(warehouse, pulled)


@pytest.mark.parametrize("name", NETWORKED)
def test_a_restated_row_is_one_version_more(warehouse: Warehouse, loopback: Loopback, name: str) -> None:
    """A number that the vendor corrects replaces the old one, which stays on record."""
    pulled = pull_case(loopback, name)
    restated = _restated(loopback, name, pulled)
    changed = sum(
        frame.join(pulled.frames[kind], on=frame.columns, how="anti", nulls_equal=True).height
        for kind, frame in restated.frames.items()
    )
    warehouse.land(pulled, "run")
    before = _versions(warehouse, pulled)

    load = warehouse.land(restated, "run")

    assert changed >= 1
    assert changed == load.rows_new + load.rows_changed
    assert before + changed <= _versions(warehouse, pulled)


@pytest.mark.parametrize("name", connectors.names())
def test_a_later_window_loses_no_history(warehouse: Warehouse, loopback: Loopback, name: str) -> None:
    """Rows before the window of the next pull stay, whether or not they come again."""
    pulled = pull_case(loopback, name)
    warehouse.land(pulled, "run")
    window = Window(NOW - timedelta(hours=1), NOW + timedelta(days=1))
    first_day, _ = window.days(ZoneInfo(pulled.zone))
    before = {kind: _older(warehouse, kind, first_day) for kind in pulled.frames}

    later = pull_case(loopback, name, window=window)
    warehouse.land(later, "run")

    assert window == later.window
    assert before == {kind: _older(warehouse, kind, first_day) for kind in pulled.frames}


def _older(warehouse: Warehouse, kind: str, first_day: date) -> int:
    """Count the current rows of a kind that lie before a day; all, where a kind knows no day."""
    table, day = KINDS[kind].table, KINDS[kind].day
    where = f"{day} < date '{first_day}'" if day else "true"
    return int(warehouse._read(f"select count(*) from {table} where {where}", None).item())  # noqa: SLF001 - see above


def _restated(loopback: Loopback, name: str, pulled: Delivery) -> Delivery:
    """Pull an answer in which one number is another than before, so that a row differs."""
    good = case_of(name)["good"]
    for number in range(_TRIES):

        def script(request: Any, number: int = number) -> Reply:  # noqa: ANN401 - any vendor's request
            return Reply(_with_another_number(good(request), number))

        try:
            other = pull_case(loopback, name, script)
        except SourceError:  # a number that must not change, such as that of a page
            continue
        same_keys = all(_keys(other, kind) == _keys(pulled, kind) for kind in pulled.frames)
        if same_keys and any(_differs(other.frames[kind], frame) for kind, frame in pulled.frames.items()):
            return other
    raise AssertionError("no number of the answer has anything to do with its rows")


def _keys(pulled: Delivery, kind: str) -> set[tuple[object, ...]]:
    return set(pulled.frames[kind].select(KEYS[kind]).rows())


def _differs(one: Any, other: Any) -> bool:  # noqa: ANN401 - frames
    try:
        assert_frame_equal(one, other)
    except AssertionError:
        return True
    return False


def _with_another_number(answer: Any, which: int) -> Any:  # noqa: ANN401 - JSON is anything
    changed = deepcopy(json.loads(json.dumps(answer)))
    places = [
        (parent, key)
        for parent, key in _places(changed)
        if isinstance(parent[key], int | float | str) and not isinstance(parent[key], bool) and _is_count(parent[key])
    ]
    if which < len(places):
        parent, key = places[which]
        value = parent[key]
        parent[key] = str(Decimal(value) + 3) if isinstance(value, str) else value + 3
    return changed


def _is_count(value: object) -> bool:
    text = str(value)
    return re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII) is not None and float(text) < _TIMES_AND_IDS


def _places(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - JSON is anything
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _places(value[key])
