"""Addresses that work by themselves (scorecard.page.shares), calendar and frames: asked from outside, on loopback."""

import hmac
import re
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from icalendar import Calendar

from flows.project.project import Project
from flows.serve.bind import Door, open_site
from flows.serve.health import Report
from flows.serve.sharing import Signer, is_shared, signer_of
from flows.serve.site import Appearance
from okr_config.serving import ServeSettings
from okr_config.world import World
from tests.conftest import waiting_world
from tests.flows.project_folder import FILE_SOURCE, Folder
from tests.flows.serve.test_site import NUMBERS, OBJECTIVES, Browser

TOKEN = "an old token, agreed on"
WIKI = "https://wiki.example.com"
SETTINGS = ServeSettings(embed=(WIKI, "https://*.example.org"), refresh="5m", checkin_day="wednesday")
LONG = "Blåbærsyltetøy; «ferskt», med sukker og litt vanilje, solgt på torget hver lørdag: 100 glass"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a folder that has been run, with a title that a calendar must escape and fold."""
    folder = Folder(tmp_path_factory.mktemp("shared"), waiting_world())
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    folder.write("okr_config/objectives/term.yaml", OBJECTIVES.replace("Sell <10> units", f"'{LONG}'"))
    folder.write("numbers/numbers.csv", NUMBERS)
    folder.run()
    return folder.project()


@pytest.fixture(scope="module")
def ask(project: Project) -> Iterator[Browser]:
    """Return a browser that knows no token, on a server that wants one."""
    appearance = Appearance("shop", "Fjellbutikken", SETTINGS)
    door = Door(port=0, token=TOKEN)
    with open_site(project.reading, door, lambda: Report(healthy=True, facts={}), appearance) as address:
        yield Browser(int(address.link.rsplit(":", 1)[1].strip("/")))


def addresses(ask: Browser, **headers: str) -> list[str]:
    """Return the addresses that the page of shares tells to who may see it."""
    page = unescape(ask("/share", Authorization=f"Bearer {TOKEN}", **headers).body.decode())
    return re.findall(r">(https?://[^<]+)<", page)


def test_a_stranger_gets_what_an_address_names_and_nothing_else(ask: Browser) -> None:
    """The page, the wall, the calendar and a badge, each by its own address; without it, 401."""
    told = addresses(ask)
    paths = [address.removeprefix(f"http://127.0.0.1:{ask.port}") for address in told]
    kinds = [ask(path).headers["Content-Type"].partition(";")[0] for path in paths]
    bare = [re.sub(r"/shared/\w+", "", path) for path in paths]

    assert ["/okr.html", "/wall", "/calendar.ics", "/badge/ten.svg"] == bare
    assert ["text/html", "text/html", "text/calendar", "image/svg+xml"] == kinds
    assert [401] * 6 == [ask(path).status for path in [*bare, "/share", "/status.json"]]


def test_a_wrong_signature_finds_nothing(ask: Browser) -> None:
    """Another letter, another name, none, too short, a way up: 404 or 401, with no word about which."""
    badge = addresses(ask)[-1].removeprefix(f"http://127.0.0.1:{ask.port}")
    signature = badge.split("/")[2]
    other = signature[:-1] + ("0" if signature[-1] != "0" else "1")
    wrong = [
        badge.replace(signature, other),
        badge.replace("ten.svg", "nine.svg"),
        f"/shared/{signature}/badge/../status.json",
        f"/shared/{signature}/wall",
        f"/shared/{signature}/status.json",
        f"/elsewhere{badge}",
    ]

    assert 200 == ask(badge).status
    assert [(404, b"Not Found\n")] * 6 == [(got.status, got.body) for got in map(ask, wrong)]
    assert [401, 401] == [ask(path).status for path in (f"/shared/{signature[:-1]}/wall", "/shared/")]
    assert 405 == ask(badge, "POST").status


def test_the_signature_is_an_hmac_by_the_folders_key(project: Project, ask: Browser) -> None:
    """Of the name alone; the key lies in .okr, for its owner only, and a new one ends every address."""
    key = project.home / ".okr" / "serve.key"
    expected = hmac.new(key.read_bytes(), b"okr share\nbadge/ten.svg", sha256).hexdigest()[:32]

    assert [f"http://127.0.0.1:{ask.port}/shared/{expected}/badge/ten.svg"] == addresses(ask)[-1:]
    assert (32, 0o600) == (len(key.read_bytes()), key.stat().st_mode & 0o777)
    assert None is Signer(b"another key of thirty-two bytes!").opened(f"/shared/{expected}/badge/ten.svg")


def test_the_key_stays(tmp_path: Path, world: World) -> None:
    """Another start signs the same; a folder where it cannot be written has one for this time, which is said."""
    first, second = signer_of(tmp_path, world), signer_of(tmp_path, world)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / ".okr").write_text("a file where a folder should be")

    assert first.address_of("wall") == second.address_of("wall")
    assert first.address_of("wall") != signer_of(tmp_path / "other", world).address_of("wall")


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        (f"/shared/{'a' * 32}/wall", True),
        (f"/shop-a/shared/{'a' * 32}/badge/ten.svg", True),
        (f"/shared/{'a' * 31}/wall", False),
        (f"/shared/{'A' * 32}/wall", False),
        (f"/a/b/shared/{'a' * 32}/wall", False),
        ("/shared/badge/ten.svg", False),
        ("/wall", False),
    ],
)
def test_only_that_form_goes_without_a_token(path: str, is_one: bool) -> None:
    """A folder of the name `shared` is no way in."""
    assert is_one == is_shared(path)


def test_addresses_are_those_of_the_way_one_came(ask: Browser) -> None:
    """The host that was asked, and https behind a proxy that says so."""
    told = addresses(ask, Host="okr.example", X_Forwarded_Proto="https")

    assert all(address.startswith("https://okr.example/shared/") for address in told)


def test_pages_refresh_themselves_and_say_who_may_frame_them(ask: Browser) -> None:
    """By headers: pages and wall for the sites that are named, everything else for nobody."""
    seen = {path: ask(path, Authorization=f"Bearer {TOKEN}") for path in ("/", "/okr.html", "/wall", "/share", "/none")}
    refresh = {path: got.headers["Refresh"] for path, got in seen.items()}
    framed = {
        path: (got.headers["Content-Security-Policy"], got.headers["X-Frame-Options"]) for path, got in seen.items()
    }

    assert {"/": "300", "/okr.html": "300", "/wall": "60", "/share": None, "/none": None} == refresh
    for path in ("/", "/okr.html", "/wall"):
        assert framed[path][0].endswith(f"; frame-ancestors {WIKI} https://*.example.org")
        assert None is framed[path][1]
    for path in ("/share", "/none"):
        assert framed[path][0].endswith("; frame-ancestors 'none'")
        assert "DENY" == framed[path][1]


def test_nobody_frames_unless_it_is_written(project: Project) -> None:
    """The usual: no frame, fifteen minutes; `never` leaves a page as it is."""
    seen = []
    for settings in (ServeSettings(), ServeSettings(refresh="never")):
        with open_site(project.reading, Door(port=0), lambda: "none", Appearance(settings=settings)) as address:
            got = Browser(int(address.link.rsplit(":", 1)[1].strip("/")))("/")
            policy = got.headers["Content-Security-Policy"]
            seen.append((policy.rpartition("; ")[2], got.headers["X-Frame-Options"], got.headers["Refresh"]))

    assert [("frame-ancestors 'none'", "DENY", "900"), ("frame-ancestors 'none'", "DENY", None)] == seen


def test_the_calendar_is_one_to_any_program(ask: Browser) -> None:
    """CRLF, no line over 75 octets, and read back: the due date, the weekly check-in, the week of the close."""
    body = ask(addresses(ask)[2].removeprefix(f"http://127.0.0.1:{ask.port}")).body
    events = {str(event["summary"]): event for event in Calendar.from_ical(body).walk("VEVENT")}
    due, check_in, close = (events[name] for name in (f"Frist: {LONG}", "Innsjekk: term", "Avslutning: term"))

    assert body.endswith(b"END:VCALENDAR\r\n")
    assert body.count(b"\n") == body.count(b"\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 75
    assert f"A shop that works\n{LONG}: mål 10" == str(due["description"])
    assert (date(2020, 6, 5), date(2020, 6, 6)) == (due["dtstart"].dt, due["dtend"].dt)
    assert (date(2020, 4, 29), date(2020, 6, 5)) == (check_in["dtstart"].dt, check_in["rrule"]["until"][0])
    assert (date(2020, 6, 6), timedelta(days=7)) == (close["dtstart"].dt, close["dtend"].dt - close["dtstart"].dt)
    assert all(str(event["uid"]).endswith("@shop") for event in events.values())
    assert 3 == len({str(event["uid"]) for event in events.values()})


def test_the_calendar_is_sent_once(ask: Browser) -> None:
    """A program that asks each hour is told that nothing has changed."""
    path = addresses(ask)[2].removeprefix(f"http://127.0.0.1:{ask.port}")

    assert 304 == ask(path, If_None_Match=ask(path).headers["ETag"]).status


def test_the_wall_goes_round_by_itself(tmp_path: Path) -> None:
    """Thirteen key results are two screens: each leads to the other, by its own address too; a third is the first."""
    folder = Folder(tmp_path, waiting_world())
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    counted = "      - {id: kr-%d, title: Counted %d, kind: sql, target: 5, sql: select %d}\n"
    rows = "".join(counted % (n, n, n) for n in range(12))
    folder.write("okr_config/objectives/term.yaml", OBJECTIVES + rows)
    folder.write("numbers/numbers.csv", NUMBERS)
    folder.run()
    reading = folder.project().reading
    with open_site(reading, Door(port=0), lambda: "none") as address:
        ask = Browser(int(address.link.rsplit(":", 1)[1].strip("/")))
        shared = "/" + signer_of(folder.home, reading.world).address_of("wall")
        targets = ("/wall", "/wall?page=2", "/wall?page=3", "/wall?page=x&page=2", f"{shared}?page=2")
        seen = [ask(target) for target in targets]

    shown = [(got.headers["Refresh"], got.body.count(b'<th scope="row">')) for got in seen]
    first, second = ("20; url=?page=2", 12), ("20; url=?page=1", 1)
    assert [first, second, first, first, second] == shown
    assert seen[1].body == seen[4].body
    assert {"no-store"} == {got.headers["Cache-Control"] for got in seen}


@pytest.mark.parametrize(("refresh", "seconds"), [("5m", 300), ("2h", 7200), ("1d", 86_400), ("never", None)])
def test_a_refresh_is_told_in_seconds(refresh: str, seconds: int | None) -> None:
    """Minutes, hours, days, or never."""
    assert seconds == Appearance(settings=ServeSettings.model_validate({"refresh": refresh})).refresh_seconds
