"""A shop's autumn over Shopify, Google Analytics and Instagram, week by week through the commands alone, in English."""

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

from connectors.sandbox import Sandbox, accounts, serve
from okr_config.models import Thresholds
from okr_config.world import World
from scorecard.i18n.digest_messages import say
from scorecard.status import IN_PLAY, Status, by_chance
from tests.conftest import Clock, still_world
from tests.connectors.loopback import Loopback, Reply, Request
from tests.flows.command import invoke

pytestmark = pytest.mark.slow

STORY = Path(__file__).with_name("story.en.txt")
ACCOUNT = "17841400000000001"
SOURCES = f"""\
sources:
  - {{id: shop, connector: shopify, base_url: "${{SANDBOX}}/shopify", shop: {accounts.SHOP}, access_token: "${{SHOP}}",
     since: 2011-09-05}}
  - {{id: visits, connector: ga4, base_url: "${{SANDBOX}}/ga4", property_id: "{accounts.GA4_PROPERTY_ID}",
     credentials: "${{GA4}}", since: 2011-09-05}}
  - id: insta
    connector: instagram
    base_url: ${{INSTAGRAM}}
    account_id: "{ACCOUNT}"
    access_token: ${{INSTA_TOKEN}}
"""
GOALS = """\
period: {id: autumn, start: 2011-10-10, end: 2011-11-20}
timezone: Europe/London
currency: GBP
language: en
objectives:
  - id: season
    title: A season that is worth it
    owner: Ada
    key_results:
      - {id: orders, title: 300 orders, metric: shop.orders, kind: total, target: 300, confidence: 5}
      - {id: visitors, title: 50 visitors a week, metric: web.visitors, kind: window, every: week, target: 50,
         confidence: 5}
      - {id: followers, title: 500 followers, metric: social.followers, kind: level, baseline: measured, target: 500,
         confidence: 5, owner: Bo}
"""


@dataclass
class Autumn:
    """A folder, the vendors it reads and a clock; what was told is kept."""

    home: Path
    world: World
    clock: Clock
    sandbox: Sandbox
    instagram: Loopback
    followers: int = 203
    good: str = "IGAA-first"
    told: list[str] = field(default_factory=list)

    def answer(self, request: Request) -> Reply:
        """Answer as Instagram does."""
        if request.query.get("access_token") != self.good:
            return Reply({"error": {"code": 190, "error_subcode": 463}}, 400)
        return Reply({"user_id": ACCOUNT, "followers_count": self.followers, "media_count": 61, "id": "94000000000001"})

    def okr(self, *arguments: str, typed: str | None = None) -> Result:
        """Call the command on the folder."""
        env = {
            "SANDBOX": self.sandbox.url,
            "INSTAGRAM": self.instagram.url,
            "SHOP": accounts.SHOP_ACCESS_TOKEN,
            "GA4": accounts.ga4_credentials(),
        }
        return invoke(self.world, *arguments, home=self.home, env=env, typed=typed)

    def on(self, month: int, day: int, followers: int | None = None) -> None:
        """Let it be seven o'clock of a day, with so many followers."""
        self.clock.now = datetime(2011, month, day, 7, tzinfo=UTC)
        self.followers = followers or self.followers

    def week(self, what: str, exit_code: int = 0) -> None:
        """Run, and keep what board, digest and explanation of the orders say; none contradicts another."""
        ended = self.okr("run")
        assert exit_code == ended.exit_code, ended.output
        rows = json.loads(self.okr("status", "--json").stdout)
        digest = _plain(self.okr("digest").stdout)
        explained = _plain(self.okr("explain", "orders").stdout).splitlines()[1]
        page = _plain((self.home / "warehouse/published/okr.html").read_text("utf-8"))
        assert [] == [*_judged_otherwise(rows), *_told_otherwise(rows, digest, explained, page)]
        self.told += [f"# {what}", *(_in_short(row) for row in rows), "", digest.strip(), "", explained, "", ""]


def _plain(text: str) -> str:
    return re.sub(r"127\.0\.0\.1:\d+", "vendor", text).replace("\N{NO-BREAK SPACE}", " ")


def _in_short(row: dict[str, Any]) -> str:
    chance = "-" if row["probability"] is None else f"{100 * row['probability']:.0f} %"
    return f"{row['key_result_id']}: {row['status']}, {row['value']} of {row['target']}, {chance}"


def _judged_otherwise(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield where a status does not go with its chance or its value."""
    for row in rows:
        name, status, chance = row["key_result_id"], row["status"], row["probability"]
        stated = (row["confidence_stated"] or 5) / 10
        if status in IN_PLAY and chance is not None and by_chance(chance, stated, Thresholds()) != status:
            yield f"{name} is {status} at {chance}"
        if "met_now" in row["flags"] and row["value"] < row["target"]:
            yield f"{name} is met now at {row['value']}"
        if status == Status.ACHIEVED and row["value"] < row["target"]:
            yield f"{name} is achieved at {row['value']}"


def _told_otherwise(rows: list[dict[str, Any]], digest: str, explained: str, page: str) -> Iterator[str]:
    """Yield where digest, explanation or page call a key result otherwise than the board."""
    words = {status: say("en", f"status.{status}") for status in Status}
    for row in rows:
        for line in digest.splitlines():
            became = line.rpartition(" to ")[2].partition(",")[0].rstrip(".")
            if f"“{row['title']}” has no numbers yet" in line and row["status"] != Status.NO_DATA:
                yield f"{row['status']}, and the digest says: {line}"
            if line.startswith(f"“{row['title']}”") and became in words.values() and became != words[row["status"]]:
                yield f"{row['status']}, and the digest says: {line}"
        if row["key_result_id"] == "orders" and _plain(row["explanation"]) != explained:
            yield f"explained as {explained!r}, on the board as {row['explanation']!r}"
        card = page.partition(f'<article aria-labelledby="k-{row["key_result_id"]}"')[2].partition("</article>")[0]
        if f'class="state {row["status"]}"' not in card:
            yield f"{row['key_result_id']} is {row['status']}, and its card says otherwise"


@pytest.fixture
def autumn(tmp_path: Path) -> Iterator[Autumn]:
    """Begin six weeks of autumn with three key results at an even chance."""
    clock = Clock(datetime(2011, 10, 10, 7, tzinfo=UTC))
    world, home = still_world(clock), tmp_path / "shop"
    for name, text in (
        ("okr_config/sources.yaml", SOURCES),
        ("okr_config/objectives/autumn.yaml", GOALS),
        ("okr_config/project.yaml", "name: Export Counter\n"),
        (".env", "INSTA_TOKEN=IGAA-first\n"),
    ):
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    with serve(clock) as sandbox:
        service = Loopback(world, tmp_path)
        made = Autumn(home, world, clock, sandbox, service)
        service.script = made.answer
        yield made
        service.stop()


def test_seven_weeks_of_a_shop(autumn: Autumn) -> None:
    """From the first run to the close: each week as it is written in story.en.txt; OKR_RENEW=1 writes it anew."""
    autumn.week("First morning")

    autumn.on(10, 17, followers=238)
    autumn.week("Week 1")

    autumn.on(10, 24, followers=270)
    autumn.good = "IGAA-second"
    autumn.week("Week 2: Instagram's token has expired", exit_code=1)
    failing = [row for row in json.loads(autumn.okr("doctor", "--json").stdout) if row["state"] == "failing"]
    assert ["okr connect insta"] == [row["fix"] for row in failing]
    renewed = autumn.okr(*failing[0]["fix"].split()[1:], typed="IGAA-second\n")
    assert (0, f"insta works: {ACCOUNT}\n") == (renewed.exit_code, renewed.stdout)
    autumn.week("The same morning, with the token renewed")

    autumn.on(10, 31, followers=318)
    autumn.okr("checkin", "followers", "--confidence", "8/10", "--note", "a reel went round", "--author", "Bo")
    autumn.week("Week 3: Bo says 8 of 10")

    autumn.on(11, 7)
    autumn.week("Week 4: nobody new")

    autumn.on(11, 14, followers=420)
    autumn.week("Week 5")

    autumn.on(11, 21, followers=455)
    autumn.week("Week 6: the end")

    autumn.on(11, 25)
    autumn.okr("run")
    assert 0 == autumn.okr("close", "--author", "Ada").exit_code
    told = _plain((autumn.home / "retrospectives" / "autumn.md").read_text("utf-8"))
    text = "\n".join([*autumn.told, "# The close", told])
    if os.environ.get("OKR_RENEW"):
        STORY.write_text(text, "utf-8")
    assert "IGAA" not in text
    assert STORY.read_text("utf-8") == text
