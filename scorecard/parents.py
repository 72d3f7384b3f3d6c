"""The order of objectives that serve others: parents lead, and a period's objectives have kin in other periods."""

from collections.abc import Iterator, Sequence

from scorecard.score_row import ObjectiveRow


def parents_first(rows: Sequence[ObjectiveRow]) -> list[tuple[int, ObjectiveRow]]:
    """
    Return objectives in their order, each followed by those that serve it, with how deep it stands: 0 leads.

    One whose parent is not among them leads.
    """
    ids = {row.objective_id for row in rows}
    below: dict[str | None, list[ObjectiveRow]] = {}
    for row in rows:
        below.setdefault(row.parent if row.parent in ids else None, []).append(row)

    def walk(parent: str | None, depth: int) -> Iterator[tuple[int, ObjectiveRow]]:
        for row in below.get(parent, ()):
            yield depth, row
            yield from walk(row.objective_id, depth + 1)

    return list(walk(None, 0))


def family_of(rows: Sequence[ObjectiveRow], period_id: str) -> list[ObjectiveRow]:
    """Return a period's objectives, those that they serve in other periods, and those of others that serve them."""
    by_id = {row.objective_id: row for row in rows}
    kept = {row.objective_id for row in rows if row.period_id == period_id}
    for name in tuple(kept):
        one = by_id[name]
        while one.parent in by_id:
            one = by_id[one.parent]
            kept.add(one.objective_id)
    own = frozenset(row.objective_id for row in rows if row.period_id == period_id)
    for row in rows:
        above: ObjectiveRow | None = row
        while above is not None and above.objective_id not in own:
            above = by_id.get(above.parent) if above.parent else None
        if above is not None:
            kept.add(row.objective_id)
    return [row for row in rows if row.objective_id in kept]
