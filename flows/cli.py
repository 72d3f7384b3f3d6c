"""
The `okr` command: which commands there are; each is a module of `flows.commands`.

Exit codes: 0 done; 1 ran, but something named failed; 2 wrong usage or config; 3 the warehouse cannot be used;
4 another run holds the lock; 130 and 143 on a signal.
"""

import gc
import os
import sys
from pathlib import Path

import click

from flows.commands._group import Commands
from flows.console.stopping import StopSignals
from okr_config.world import World, real_world

COMMANDS = {
    "begin": {
        "demo": "Show the whole pipeline on real data: no account, no network",
        "init": "Write a project folder; overwrites nothing",
        "add": "Write one more key result or source into the files",
        "check": "Check config, metrics, SQL and variables, offline",
    },
    "sources": {
        "connectors": "List the connectors, or show one in full",
        "connect": "Lead to working credentials for a connector, or renew a source's",
        "sources": "List the sources configured here, with their state",
        "doctor": "Ask every source once, with a fix for what is wrong",
    },
    "run": {
        "run": "Pull, land, score and publish, once",
        "pull": "Pull and land; score and publish nothing",
        "backfill": "Read the past that no run has read",
        "score": "Score again from the warehouse alone, any past day",
        "serve": "Serve the page and run on schedule",
        "deploy": "Have the workers of a Prefect work pool run the folder",
    },
    "look": {
        "status": "Show the scoreboard: key results, worst first",
        "explain": "Show the arithmetic of a score, down to its loads",
        "open": "Open the newest page in a browser",
        "report": "Write the page: one HTML file that needs nothing else",
        "sql": "Run a query, read-only; without one, list the tables",
        "export": "Write every public table to files: Parquet, CSV, Excel",
        "mcp": "Answer an assistant's questions, read-only, over MCP",
    },
    "decide": {
        "suggest": "Suggest targets with a chance of 10, 30, 50, 70 and 90 %",
        "whatif": "Show what becomes of a key result at another pace or target",
        "plan": "Show what the edited config would change; saves nothing",
    },
    "people": {
        "digest": "Tell the week in ten lines, or send it to people",
        "review": "Go through the key results at the terminal, worst first",
        "close": "Grade a period that is over and write its retrospective",
        "checkin": "Keep what a person says about a key result",
        "note": "Note what happened on a day, as a mark in the charts",
        "notes": "Show what people have written: notes and check-ins",
        "weeks": "Compare the newest week with others, and tell what is chance",
        "effect": "Show what noted events brought, with a 90 % range",
        "record": "Show how published chances came true, as a record to check",
        "calibration": "Show how often published chances came true",
    },
    "care": {
        "verify": "Check that the warehouse holds together",
        "backup": "Copy the warehouse as it is now",
        "restore": "Restore the warehouse from a backup",
        "warehouse": "Move the warehouse between file and lake, or tidy it",
        "upgrade": "Bring the warehouse to this version, or say what would change",
        "repair": "Take back what lies in the future of the clock",
        "purge": "Take out old versions that no published score rests on",
        "forget": "Forget a customer, for good",
        "schema": "Write okr_config/schema.json, for completion in editors",
        "new": "Begin something new in a checkout of this repository",
    },
}
"""Every command with its first line of help, by what it is for: `okr --help` is made of this, and imports none."""


_STANDARD = 2
"""The last of the numbers that files have at a command's start: in, out, errors."""


@click.group(
    cls=Commands,
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="okr")
def okr() -> None:
    """Fills in a team's OKRs by itself: pulls live numbers, scores the key results, says how likely each is."""


def main(world: World | None = None) -> None:
    """Start the command, in the real world if none is given: files are the owner's alone, a termination is told."""
    os.umask(0o077)
    _hold_streams()
    # a run makes 200,000 objects, most of them as it imports, and hardly a ring: to look for rings every 700, as is
    # usual, took a tenth of its time
    gc.set_threshold(300_000)
    world = world or real_world()
    StopSignals(world.stop).listen()
    try:
        okr(prog_name="okr", obj=world)
    finally:
        # on its way out the interpreter would look for rings among all objects, for a tenth of a run's time
        gc.freeze()


def _hold_streams() -> None:
    """Have something stand where a stream was closed, or the next file that is opened would be written what it says."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _STANDARD:
        pass
    os.close(descriptor)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for good
