"""
A page as a picture, for chats and slides: drawn by a browser that is on the machine already.

The browser is a child process that is spoken to through a pipe (its DevTools protocol, one JSON message after the
other, each ended by a zero byte). It is given the page as text and a folder that is thrown away, and it reaches no
network.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from okr_config.errors import OkrError, UsageError
from okr_config.world import World

BROWSER = "OKR_CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
_FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_WIDTH = 1280
_TALLEST = 16_000  # pixels of the picture; browsers draw no further
_PATIENCE = 60.0
_CHUNK = 1 << 20
# gives the two ends of the pipe the numbers that the browser expects, clear of each other first
_LAUNCH = """
import fcntl, os, sys
reads, writes = (fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3])
os.dup2(reads, 3)
os.dup2(writes, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


def find_browser(environ: Mapping[str, str]) -> str:
    """
    Return the path of a browser that can draw the page.

    Raises:
        UsageError: when none is found.
    """
    named = environ.get(BROWSER)
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise UsageError(
            f"{BROWSER} names no program: {named}" if named else "no browser is found to draw the picture with",
            where=f"looked in PATH for {named or ', '.join(_NAMES)}",
            next_step=f"install chromium, or set {BROWSER} to a Chrome or Edge, or okr report without --png",
        )
    return found


def draw_page(page: str, *, browser: str, world: World) -> bytes:
    """
    Return a PNG of a page in its light colours, 1280 wide and as tall as the page is, two pixels to one where they fit.

    Raises:
        OkrError: when the browser does not start, breaks off, or takes longer than a minute.
    """
    with _talk_to(browser, world) as ask:
        target = ask("Target.createTarget", url="about:blank")["targetId"]
        ask.session = ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}])
        ask("Emulation.setDeviceMetricsOverride", width=_WIDTH, height=800, deviceScaleFactor=1, mobile=False)
        frame = ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
        ask("Page.setDocumentContent", frameId=frame, html=page)
        height = min(ask("Page.getLayoutMetrics")["cssContentSize"]["height"], _TALLEST)
        scale = 2 if 2 * height <= _TALLEST else 1
        clip = {"x": 0, "y": 0, "width": _WIDTH, "height": height, "scale": scale}
        drawn = ask("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(drawn["data"])


@dataclass
class _Ask:
    """Sends a command and waits for its answer."""

    browser: str
    writes: int
    reads: int
    world: World
    deadline: float
    session: str = ""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    unread: bytes = b""

    def __call__(self, method: str, **params: object) -> dict[str, Any]:
        number = next(self.numbers)
        message: dict[str, object] = {"id": number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self._send(json.dumps(message).encode() + b"\0")
        while True:
            answer = json.loads(self._next())
            if answer.get("id") != number:
                continue  # news that nobody asked for
            if "error" in answer:
                raise self._failed(f"{method}: {answer['error'].get('message', '')}")
            result: dict[str, Any] = answer["result"]
            return result

    def _send(self, message: bytes) -> None:
        try:
            while message:
                self._wait([], [self.writes])
                message = message[os.write(self.writes, message[:_CHUNK]) :]
        except BrokenPipeError as error:
            raise self._failed("it ended before it had answered") from error

    def _next(self) -> bytes:
        while b"\0" not in self.unread:
            self._wait([self.reads], [])
            chunk = os.read(self.reads, _CHUNK)
            if not chunk:
                raise self._failed("it ended before it had answered")
            self.unread += chunk
        message, _, self.unread = self.unread.partition(b"\0")
        return message

    def _wait(self, reads: list[int], writes: list[int]) -> None:
        ready = select.select(reads, writes, [], max(self.deadline - self.world.monotonic(), 0))
        if not any(ready):
            raise self._failed(f"no answer in {_PATIENCE:.0f} s")

    def _failed(self, why: str) -> OkrError:
        return OkrError(
            f"the browser drew no picture: {why}",
            where=self.browser,
            next_step=f"start it once by hand, or set {BROWSER} to another one, or okr report without --png",
        )


@contextmanager
def _talk_to(browser: str, world: World) -> Iterator[_Ask]:
    commands_out, commands_in = os.pipe()
    answers_out, answers_in = os.pipe()
    os.set_blocking(commands_in, False)
    with TemporaryDirectory(prefix="okr-picture-", ignore_cleanup_errors=True) as folder:
        launch = [sys.executable, "-ISc", _LAUNCH, str(commands_out), str(answers_in)]
        # a browser's own walls need rights that root in a container has given away
        walls = ["--no-sandbox"] if os.geteuid() == 0 else []
        child = subprocess.Popen(  # noqa: S603 - the browser that the user has, and our own words
            [*launch, browser, *_FLAGS, *walls, f"--user-data-dir={Path(folder) / 'profile'}"],
            pass_fds=(commands_out, answers_in),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands_out)
        os.close(answers_in)
        try:
            yield _Ask(browser, commands_in, answers_out, world, world.monotonic() + _PATIENCE)
        finally:
            os.close(commands_in)
            os.close(answers_out)
            child.kill()
            child.wait()
