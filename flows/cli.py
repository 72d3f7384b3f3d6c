"""
The `okr` command: a thin shell over the library.

Exit codes: 0 done; 1 ran, but something named failed; 2 wrong usage or config; 3 the warehouse cannot be used;
4 another run holds the lock; 130 and 143 on a signal.
"""

import gc
import os
import signal

import click

from flows.commands import folder, forecasting, looking, running, saying, sourcing
from flows.commands._options import Shell, on_terminate
from okr_config.world import World


@click.group(cls=Shell, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="okr")
def okr() -> None:
    """Fills in a team's OKRs by itself: pulls live numbers, scores the key results, says how likely each is."""


for _module in (folder, sourcing, running, looking, forecasting, saying):
    for _command in _module.COMMANDS:
        okr.add_command(_command)


def main(world: World | None = None) -> None:
    """Start the command, in the real world if none is given: files are the owner's alone, a termination is told."""
    os.umask(0o077)
    # a run makes 200,000 objects, most of them as it imports, and hardly a ring: to look for rings every 700, as is
    # usual, took a tenth of its time
    gc.set_threshold(300_000)
    signal.signal(signal.SIGTERM, on_terminate)
    try:
        okr(prog_name="okr", obj=world)
    finally:
        # on its way out the interpreter would look for rings among all objects, for a tenth of a run's time
        gc.freeze()
