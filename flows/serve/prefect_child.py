"""
The process of a folder's own Prefect server: the only one on its database, and gone when its parent is.

    python -m flows.serve.prefect_child LOCK server start --host 127.0.0.1 --port N

It holds a lock for as long as it lives, so that two servers never share one database. Its standard input is a pipe
that nothing is written to: it ends when the parent dies, however it dies, and the server ends with it.
"""

import fcntl
import os
import runpy
import signal
import sys
import threading
from contextlib import suppress

_PARTING = 10.0
"""Seconds the server may take to end by itself once its parent has gone."""


def main(lock: str, *arguments: str) -> None:
    """Wait for the lock, watch the parent, and be `prefect` with these arguments."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # a server that was left behind sees its parent gone, and lets go within seconds
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    sys.argv = ["prefect", *arguments]
    runpy.run_module("prefect", run_name="__main__")


def _end_with_parent() -> None:
    with suppress(OSError):
        os.read(0, 1)
    threading.Timer(_PARTING, os._exit, (1,)).start()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(*sys.argv[1:])
