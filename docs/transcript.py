"""
Write the transcripts in `docs/`: what a terminal shows of the commands in them, as it came. Run by `just transcript`.

The commands are those of each file itself: edit them there, and their output is written anew. They are played in a
folder that is thrown away, told as `~`. The scoreboard that the demo ends with is put into the README too.
"""

import os
import pty
import re
import select
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

TARGET = Path(__file__).with_name("first-five-minutes.md")
KEEPING = Path(__file__).with_name("keeping.md")
COLUMNS = 110
_OUTPUT = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_README = TARGET.parents[1] / "README.md"
_BOARD = re.compile(r"^status .*?(?=^\S+  as of )", re.DOTALL | re.MULTILINE)
_BOARD_OF_README = re.compile(r"(?<=^```\n)status .*?(?=^```$)", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"^\[exit code (\d+)\]$", re.MULTILINE)


@dataclass(frozen=True)
class Played:
    """A command, what the terminal showed, and its exit code."""

    command: str
    output: str
    code: int


def main() -> None:
    """Play the commands of the files, those that are named or all, and write down what came."""
    for target in map(Path, sys.argv[1:] or (TARGET, KEEPING)):
        first = write(target)
        if target != TARGET:
            continue
        found = _BOARD.search(first.output)
        if not found:
            sys.exit(f"{first.command} has shown no scoreboard:\n{first.output}")
        before, after = _BOARD_OF_README.split(_README.read_text(encoding="utf-8"), maxsplit=1)
        _README.write_text(before + found[0] + after, encoding="utf-8")


def write(target: Path) -> Played:
    """Play the commands of a file and write down what came; return the first."""
    text = target.read_text(encoding="utf-8")
    with TemporaryDirectory() as place:
        played = list(play([command for command, _ in commands(text)], Path(place)))
    following = iter(played)

    def told(block: re.Match[str]) -> str:
        return f"```console\n{''.join(_told(next(following)) for _ in _commands_of(block[1]))}```"

    target.write_text(_OUTPUT.sub(told, text), encoding="utf-8")
    return played[0]


def commands(text: str) -> list[tuple[str, int]]:
    """Return the commands of the file, each with the exit code it is said to have."""
    return [found for block in _OUTPUT.findall(text) for found in _commands_of(block)]


def play(lines: Sequence[str], home: Path, programs: Path = Path(sys.executable).parent) -> Iterator[Played]:
    """Play commands one after the other as a terminal would, from a folder on; `cd` moves on for the next."""
    here = home
    for line in lines:
        match shlex.split(line):
            case ["cd", folder]:
                here = (here / folder).resolve()
                yield Played(line, "", 0)
            case _:
                output, code = _run(line, here, programs)
                yield Played(line, output.replace(str(home), "~"), code)


def _commands_of(block: str) -> list[tuple[str, int]]:
    found = []
    for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        code = _CODE.search(piece)
        found.append((piece.partition("\n")[0], int(code[1]) if code else 0))
    return found


def _told(played: Played) -> str:
    code = f"[exit code {played.code}]\n" if played.code else ""
    return f"$ {played.command}\n{played.output}{code}"


def _run(line: str, here: Path, programs: Path) -> tuple[str, int]:
    """Run a line in a terminal of its own, without colours; `okr` is the one in `programs`."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("OKR_", "PREFECT_"))}
    environ |= {"NO_COLOR": "1", "COLUMNS": str(COLUMNS), "LINES": "50", "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    environ["PATH"] = f"{programs}{os.pathsep}{environ['PATH']}"
    inner, outer = pty.openpty()
    shell = ["/bin/sh", "-c", line]
    process = subprocess.Popen(shell, cwd=here, env=environ, stdin=outer, stdout=outer, stderr=outer)  # noqa: S603 - the file's own commands
    os.close(outer)
    output = b""
    while process.poll() is None or select.select([inner], [], [], 0)[0]:
        if select.select([inner], [], [], 0.1)[0]:
            try:
                output += os.read(inner, 65536)
            except OSError:
                break
    os.close(inner)
    text = output.decode().replace("\r\n", "\n").replace("\N{NO-BREAK SPACE}", " ")
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines()), process.wait()


if __name__ == "__main__":
    main()
