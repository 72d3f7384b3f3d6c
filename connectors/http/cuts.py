"""
Where pages of a list are cut, so that each repeats a few rows of the one before it.

A page of a given number and size covers the rows from (number - 1) * size on. With one size pages only touch; the next
page overlaps when its size is a little smaller, and of all that do the one is taken that reaches farthest.
"""

from dataclasses import dataclass, field


@dataclass
class Cuts:
    """The pages of a list in their order. most: rows that a page may have."""

    most: int
    _pages: list[tuple[int, int]] = field(default_factory=list)
    _is_even: bool = False

    def at(self, place: int) -> tuple[int, int]:
        """Return number and size of a page, counted from 0."""
        while len(self._pages) <= place:
            self._pages.append(self._next())
        return self._pages[place]

    def keep_size(self) -> None:
        """Have every page be of one size from the first on: the source gives fewer rows than it is asked for."""
        self._is_even = True
        del self._pages[1:]

    def overlap(self, place: int) -> int:
        """Return how many rows a page repeats of the one before it."""
        return self._end(place - 1) - self._start(place) if place else 0

    def place_of(self, row: int) -> int:
        """Return the place of the first page that covers a row, counted from 0."""
        place = 0
        while self._end(place) <= row:
            place += 1
        return place

    def _next(self) -> tuple[int, int]:
        if not self._pages or self._is_even:
            return len(self._pages) + 1, self.most
        end = self._end(len(self._pages) - 1)
        size = max(range(1, self.most + 1), key=lambda size: (end - 1) // size * size + size)
        # a row that every size divides has no page across it: few sizes, then pages only touch
        return (end // self.most + 1, self.most) if end % size == 0 else ((end - 1) // size + 1, size)

    def _start(self, place: int) -> int:
        number, size = self.at(place)
        return (number - 1) * size

    def _end(self, place: int) -> int:
        return self._start(place) + self.at(place)[1]
