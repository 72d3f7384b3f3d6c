"""Runs it all, on time or by hand: the steps, the same steps as a Prefect flow, and the `okr` command."""
