"""`python -m connectors.sandbox`."""

import signal
import subprocess
import sys

import httpx

from connectors.sandbox import VENDORS


def test_it_prints_its_addresses_and_serves_until_interrupted() -> None:
    """The base URLs come first; an interrupt ends it cleanly."""
    command = [sys.executable, "-m", "connectors.sandbox", "--at", "2011-11-20T21:00:00", "--plan", "standard"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            urls = dict(process.stdout.readline().split() for _ in VENDORS)
            profile = httpx.get(
                f"{urls['bluesky']}/xrpc/app.bsky.actor.getProfile?actor=exportcounter.bsky.social"
            ).json()
        finally:
            process.send_signal(signal.SIGINT)

        assert list(VENDORS) == list(urls)
        assert 90 == profile["followersCount"]
        assert 0 == process.wait(timeout=10)
