"""A student group's term, week by week through the commands alone: what each week says, and that it agrees."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from okr_config.world import World
from tests.conftest import Clock, still_world
from tests.connectors.loopback import Loopback, Reply, Request
from tests.flows.command import invoke

pytestmark = pytest.mark.slow

BLUESKY = "  - {{id: bluesky, connector: bluesky, account: butikk.bsky.social, base_url: '{url}'}}\n"
GOALS = "okr_config/objectives/2020-w18.yaml"
WORDS = {
    "on_track": "i rute",
    "at_risk": "i faresonen",
    "off_track": "ute av rute",
    "achieved": "nådd",
    "missed": "ikke nådd",
    "no_data": "mangler data",
}


@dataclass
class Term:
    """A folder in which somebody types, a service that counts followers, and a clock; what was told is kept."""

    home: Path
    world: World
    clock: Clock
    service: Loopback
    followers: int = 83
    is_down: bool = False
    told: list[str] = field(default_factory=list)

    def answer(self, _: Request) -> Reply:
        """Answer as the platform does, while it is up."""
        profile = {"did": "did:plc:abc", "handle": "butikk.bsky.social", "postsCount": 3}
        return Reply(status=503) if self.is_down else Reply({**profile, "followersCount": self.followers})

    def okr(self, *arguments: str) -> Result:
        """Call the command on the folder."""
        return invoke(self.world, *arguments, home=self.home)

    def on(self, month: int, day: int, followers: int | None = None) -> None:
        """Let it be nine o'clock of a day, with so many followers."""
        self.clock.now = datetime(2020, month, day, 7, tzinfo=UTC)
        self.followers = followers or self.followers

    def type(self, *rows: str) -> None:
        """Add lines to the sheet: units on a day, or visitors of a week."""
        sheet = self.home / "numbers" / "numbers.csv"
        lines = [
            f"web.visitors;{row[4:]};week;;" if row.startswith("uke ") else f"shop.units_sold;{row};;;" for row in rows
        ]
        sheet.write_text(sheet.read_text("utf-8") + "".join(f"{line}\n" for line in lines), "utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a text in a file."""
        path = self.home / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def week(self, what: str) -> None:
        """Run, and keep what the board, the digest and the explanation of the sales say; none contradicts another."""
        assert self.okr("run").exit_code == int(self.is_down)
        rows = json.loads(self.okr("status", "--json").stdout)
        digest = _plain(self.okr("digest").stdout)
        explained = _plain(self.okr("explain", "salg").stdout).splitlines()[1]
        assert [] == [*_judged_otherwise(rows), *_told_otherwise(rows, digest, explained)]
        self.told += [f"# {what}", *(_in_short(row) for row in rows), "", digest.strip(), "", explained, "", ""]


def _plain(text: str) -> str:
    return re.sub(r"127\.0\.0\.1:\d+", "bsky", text).replace("\N{NO-BREAK SPACE}", " ")


def _in_short(row: dict[str, Any]) -> str:
    chance = "-" if row["probability"] is None else f"{100 * row['probability']:.0f} %"
    return f"{row['key_result_id']}: {row['status']}, {row['value']} av {row['target']}, {chance}"


def _judged_otherwise(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield where a status does not go with its chance, its value or what is said of it."""
    for row in rows:
        name, status, chance = row["key_result_id"], row["status"], row["probability"]
        held = None if chance is None else round(chance / ((row["confidence_stated"] or 5) / 10), 9)
        if status in ("on_track", "at_risk", "off_track") and held is not None:
            fits = "on_track" if held >= 0.8 else "at_risk" if held >= 0.4 else "off_track"
            if status != fits:
                yield f"{name} is {status} at {held} of the chance planned"
        if status in ("achieved", "missed") and "Sjansen for å nå målet er" in row["explanation"]:
            yield f"{name} is {status}, and its chance is told"
        if "met_now" in row["flags"] and row["value"] < row["target"]:
            yield f"{name} is met now at {row['value']}"


def _told_otherwise(rows: list[dict[str, Any]], digest: str, explained: str) -> Iterator[str]:
    """Yield where the digest or the explanation call a key result otherwise than the board."""
    for row in rows:
        for line in digest.splitlines():
            became = line.rpartition(" til ")[2].partition(",")[0].rstrip(".")
            if line.startswith(f"«{row['title']}»") and became in WORDS.values() and became != WORDS[row["status"]]:
                yield f"{row['status']}, and the digest says: {line}"
        if WORDS[row["status"]] not in digest:
            yield f"{row['key_result_id']} is {row['status']}, and the digest has no such word"
        if row["key_result_id"] == "salg" and _plain(row["explanation"]) != explained:
            yield f"explained as {explained!r}, on the board as {row['explanation']!r}"


CHANGE = "{on: 2020-05-25, target: 12, reason: en bod på markedet}"
STORY = Path(__file__).with_name("story.nb.txt")


@pytest.fixture
def term(tmp_path: Path) -> Iterator[Term]:
    """Begin a term of six weeks with four key results at an even chance."""
    clock = Clock(datetime(2020, 4, 27, 16, tzinfo=UTC))
    world = still_world(clock)
    service = Loopback(world, tmp_path)
    home = tmp_path / "butikk"
    begun = invoke(world, "init", str(home), "--lang", "nb", "--weeks", "6", "--sells", "plakater", "--yes")
    assert 0 == begun.exit_code, begun.output
    made = Term(home, world, clock, service)
    service.script = made.answer
    sources = home / "okr_config" / "sources.yaml"
    sources.write_text(sources.read_text("utf-8") + BLUESKY.format(url=service.url), "utf-8")
    yield made
    service.stop()


def test_seven_weeks(term: Term) -> None:
    """From init to the next period: each week as it is written in story.nb.txt; OKR_RENEW=1 writes it anew."""
    term.week("Første kveld: bare følgerne er kjent")

    term.on(5, 4, followers=96)
    term.type("2020-04-29;1", "2020-05-02;2", "uke 2020-04-27;20")
    term.okr("checkin", "salg", "--confidence", "8/10", "--note", "mange har spurt", "--author", "Kari")
    term.week("Uke 1: tre solgt på to dager, Kari sier 8 av 10")

    term.on(5, 9)
    term.is_down = True
    assert 1 == term.okr("run").exit_code
    term.on(5, 11)
    term.type("2020-05-09;1", "uke 2020-05-04;35")
    term.week("Uke 2: plattformen er nede i tre dager")

    term.on(5, 18, followers=121)
    term.is_down = False
    term.type("2020-05-16;12", "uke 2020-05-11;41")
    term.edit(
        GOALS, "{title: Minst ett produkt til salgs, done: null}", "{title: Produkter til salgs, done: 2020-05-14}"
    )
    term.week("Uke 3: 12 skrevet for 2, ett steg gjort")

    term.on(5, 25, followers=130)
    term.edit("numbers/numbers.csv", "2020-05-16;12;", "2020-05-16;2;")
    term.type("uke 2020-05-18;52")
    term.edit(GOALS, "        target: 10\n", f"        target: 10\n        changes: [{CHANGE}]\n")
    term.week("Uke 4: tallet rettet, målet flyttet")

    term.on(6, 1, followers=131)
    term.okr("checkin", "salg", "--confidence", "3/10", "--author", "Kari")
    term.week("Uke 5: glemt, Kari sier 3 av 10")
    assert "2020-w18 is under way until 2020-06-07" in term.okr("close", "2020-w18").stderr

    term.on(6, 8, followers=150)
    term.type("2020-05-30;2", "2020-06-07;4", "uke 2020-05-25;44", "uke 2020-06-01;49")
    # one of those of 9 May came back
    term.edit("numbers/numbers.csv", "2020-05-09;1;", "2020-05-09;0;")
    term.week("Uke 6: slutt, én kom i retur")

    term.on(6, 12)
    term.okr("run")
    assert 0 == term.okr("close", "--author", "Kari").exit_code
    told = _plain((term.home / "retrospectives" / "2020-w18.md").read_text("utf-8"))
    text = "\n".join([*term.told, "# Avslutningen", told])
    if os.environ.get("OKR_RENEW"):
        STORY.write_text(text, "utf-8")
    assert STORY.read_text("utf-8") == text
    begun = invoke(term.world, "init", str(term.home), "--from", "2020-w18")
    assert 0 == begun.exit_code
    assert 0 == term.okr("check").exit_code
    assert "salg-2020-w24" in (term.home / "okr_config/objectives/2020-w24.yaml").read_text("utf-8")
