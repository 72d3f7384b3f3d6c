"""What a run does about its sources before it pulls: note which count, and that each is still what it was."""

from collections.abc import Mapping

import polars as pl

from connectors.credentials import Vault
from flows.run.spans import chosen_sources
from flows.run.steps import RunContext
from flows.sources.leaving import leaving_of, leaving_sentences
from okr_config.accounts import account_of
from okr_config.delivery import Delivery, Failure
from okr_config.errors import SourceError, WarehouseError
from warehouse import SourceRow
from warehouse.locking import hold_lock


def register_sources(context: RunContext) -> tuple[Mapping[str, SourceError], list[str]]:
    """
    Note which sources count, and carry histories to new names.

    Returns:
        The sources whose settings name another account than before, with the error; and what there is to say.

    Raises:
        UsageError: when a source has rows under its old name and its new one.
    """
    rows = [
        SourceRow(
            settings.id,
            settings.connector,
            account_of(settings),
            settings.renamed_from,
            int(settings.cadence.total_seconds()) if settings.cadence else None,
        )
        for settings in context.config.sources
    ]
    register = context.warehouse.sources
    vault = Vault(context.project.home, context.project.world)
    for row in rows:
        if row.renamed_from:
            vault.rename(row.renamed_from, row.source_id)
    leaving = leaving_of(register, context.config)
    others = register.register(rows)
    return (
        {source_id: another_account(source_id, before) for source_id, before in others.items()},
        leaving_sentences(leaving),
    )


def another_account(source_id: str, before: str) -> SourceError:
    """Return the error for a source that leads to another account than its rows are of."""
    return SourceError(
        f"source {source_id} leads to another account than before, which was {before}; nothing of it was landed",
        reason="other_account",
        next_step="give the other account an id of its own in okr_config/sources.yaml; "
        f"for the same one under a new address: a new id with renamed_from: {source_id}",
    )


def same_account(context: RunContext, result: Delivery | Failure) -> Delivery | Failure:
    """Return what was pulled, or the failure where another account answered than the one the source has rows of."""
    before = context.warehouse.sources.accept(result) if isinstance(result, Delivery) else None
    if isinstance(result, Failure) or before is None:
        return result
    error = another_account(result.source_id, before)
    return Failure(
        source_id=result.source_id,
        connector=result.connector,
        stream=result.stream,
        window=result.window,
        started_at=result.started_at,
        error=error.what,
        reason=error.reason,
        next_step=error.next_step,
        requests=result.requests,
        bytes=result.bytes,
    )


def secure_customer_key(context: RunContext) -> None:
    """
    Make sure that customers are hashed with the key they always were; make one at the first run.

    Raises:
        WarehouseError: when the key is lost, emptied or another one; it is left as it is.
    """
    project, register = context.project, context.warehouse.sources
    if register.customer_key() is None:
        # of several that begin in one folder the first makes the key
        with hold_lock(
            project.home / ".okr" / "key.lock", "another run makes the key", world=project.world, brief=True
        ):
            register.note_customer_key(project.customer_key_fingerprint() or project.make_customer_key())
    fingerprint = project.customer_key_fingerprint()
    if fingerprint != register.customer_key():
        state = "another one than before" if fingerprint else "lost"
        raise WarehouseError(
            f"the key that customers are hashed with is {state}: every customer would count as a new one",
            where=".okr/customer.key",
            next_step="put the old file back; where it is gone for good, set the warehouse aside and run: sources are"
            " read anew",
        )


def failing_sources(context: RunContext) -> list[str]:
    """Return the sources in use that brought nothing when they were pulled last, sorted."""
    in_use = [settings.id for settings in chosen_sources(context.config, ())]
    failing = context.warehouse.freshness().filter(
        pl.col("last_error").is_not_null(), pl.col("source_id").is_in(in_use)
    )
    return failing["source_id"].unique().sort().to_list()
