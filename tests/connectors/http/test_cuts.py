"""Cuts: pages that overlap, whatever their size."""

import pytest

from connectors.http.cuts import Cuts


@pytest.mark.parametrize(("most", "more"), [(100, 1.15), (250, 1.1), (500, 1.05)])
def test_pages_overlap_and_are_few(most: int, more: float) -> None:
    """Each begins before the end of the one before it; ten thousand rows take little more than without an overlap."""
    cuts = Cuts(most)

    pages = cuts.place_of(9_999) + 1

    assert pages <= more * 10_000 / most
    assert all(cuts.overlap(place) >= 1 for place in range(1, pages))
    assert [(1, most), (2, most - 1), (3, most - 2)] == [cuts.at(place) for place in range(3)]


@pytest.mark.parametrize("most", range(1, 12))
def test_no_row_is_left_out(most: int) -> None:
    """Few sizes cannot always overlap: then pages touch."""
    cuts = Cuts(most)

    rows = [row for number, size in map(cuts.at, range(300)) for row in range((number - 1) * size, number * size)]

    assert set(range(max(rows) + 1)) == set(rows)


def test_one_size_covers_what_it_covers() -> None:
    """A source that keeps to its own size is asked for one page after the other."""
    cuts = Cuts(100)
    cuts.place_of(500)

    cuts.keep_size()

    assert [(1, 100), (2, 100), (3, 100)] == [cuts.at(place) for place in range(3)]
    assert (0, 2) == (cuts.overlap(1), cuts.place_of(250))
