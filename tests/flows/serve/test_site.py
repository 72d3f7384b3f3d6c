"""What the web server has to offer (.caching, .offers), asked over real HTTP about a folder that was really run."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path

import pytest

from flows.project.board import read_board
from flows.project.project import Project
from flows.report.pages import write_page
from flows.serve.bind import Door, open_site
from flows.serve.health import Report
from tests.conftest import waiting_world
from tests.flows.project_folder import FILE_SOURCE, Folder

OBJECTIVES = """\
period: {id: term, start: 2020-04-27, end: 2020-06-05}
timezone: Europe/Oslo
language: nb
objectives:
  - id: shop
    title: A shop that works
    key_results:
      - {id: ten, title: Sell <10> units, metric: shop.units_sold, kind: total, target: 10, confidence: 5}
"""
NUMBERS = "metric,day,value\nshop.units_sold,2020-05-02,1\nshop.units_sold,2020-05-08,2\n"


@dataclass(frozen=True)
class Got:
    """An answer, read."""

    status: int
    headers: Message
    body: bytes


@dataclass
class Browser:
    """Asks one server."""

    port: int
    said: list[str] = field(default_factory=list)

    def __call__(self, target: str, method: str = "GET", **headers: str) -> Got:
        """Ask for a target."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, target, headers={name.replace("_", "-"): text for name, text in headers.items()})
            response = connection.getresponse()
            return Got(response.status, response.headers, response.read())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a folder that has been run, with its page."""
    folder = Folder(tmp_path_factory.mktemp("served"), waiting_world())
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    folder.write("okr_config/objectives/term.yaml", OBJECTIVES)
    folder.write("numbers/numbers.csv", NUMBERS)
    folder.run()
    return folder.project()


@pytest.fixture(scope="module")
def ask(project: Project) -> Iterator[Browser]:
    """Return a browser on the served folder."""
    with open_site(
        project.reading, Door(port=0), lambda: Report(healthy=True, facts={"schedule": "running"})
    ) as address:
        yield Browser(int(address.link.rsplit(":", 1)[1].strip("/")))


def test_the_newest_page_is_served_as_it_lies(ask: Browser, project: Project) -> None:
    """Byte for byte, with the page's own policy and no frame around it."""
    got = ask("/")

    policy = got.headers["Content-Security-Policy"]
    assert (200, project.page.read_bytes()) == (got.status, got.body)
    assert "text/html; charset=utf-8" == got.headers["Content-Type"]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]+';.* form-action 'none'; frame-ancestors 'none'", policy
    )
    assert "private, no-cache" == got.headers["Cache-Control"]


@pytest.mark.parametrize("target", ["/", "/okr.html", "/status.json", "/badge/ten.svg"])
def test_what_is_known_is_not_sent_again(ask: Browser, target: str) -> None:
    """By ETag, by a list of them, by any, or by the time; another ETag gets the whole."""
    first = ask(target)
    etag, changed = first.headers["ETag"], first.headers["Last-Modified"]

    again = ask(target, If_None_Match=etag)

    assert (304, b"", etag) == (again.status, again.body, again.headers["ETag"])
    assert again.headers["Content-Length"] is None
    assert 304 == ask(target, If_None_Match=f'"other", W/{etag}').status
    assert 304 == ask(target, If_None_Match="*").status
    assert 304 == ask(target, If_Modified_Since=changed).status
    assert 200 == ask(target, If_None_Match='"other"', If_Modified_Since=changed).status
    assert 200 == ask(target, If_Modified_Since="Wed, 01 Jan 2020 00:00:00 GMT").status
    assert 200 == ask(target, If_Modified_Since="yesterday").status


@pytest.mark.parametrize("target", ["/", "/status.json", "/badge/ten.svg", "/healthz"])
def test_head_tells_what_get_would(ask: Browser, target: str) -> None:
    """The same headers, no body."""
    got, told = ask(target), ask(target, "HEAD")

    assert (200, b"", got.headers.items()) == (told.status, told.body, told.headers.items())


def test_status_is_what_the_command_prints(ask: Browser, project: Project) -> None:
    """An array of the scoreboard's rows, numbers as numbers."""
    got = ask("/status.json")

    (row,) = json.loads(got.body)
    assert "application/json" == got.headers["Content-Type"]
    assert list(read_board(project.published, days=0).key_results[0].as_row()) == list(row)
    assert ("ten", 3, "Sell <10> units") == (row["key_result_id"], row["value"], row["title"])


def test_a_badge_is_an_image_for_other_sites(ask: Browser) -> None:
    """SVG in the language of the objectives, and the one thing another site may show."""
    got = ask("/badge/ten.svg")

    drawing = ET.fromstring(got.body)  # noqa: S314 - our own drawing
    assert "{http://www.w3.org/2000/svg}svg" == drawing.tag
    assert drawing.attrib["aria-label"].startswith("Sell <10> units: ")
    assert ("image/svg+xml", "cross-origin") == (
        got.headers["Content-Type"],
        got.headers["Cross-Origin-Resource-Policy"],
    )
    assert "same-origin" == ask("/status.json").headers["Cross-Origin-Resource-Policy"]


def test_health_tells_of_the_schedule(ask: Browser) -> None:
    """Whether runs are scheduled; never kept."""
    got = ask("/healthz")

    assert (200, {"schedule": "running"}) == (got.status, json.loads(got.body))
    assert "no-store" == got.headers["Cache-Control"]


@pytest.mark.parametrize(
    "target",
    [
        "/okr.duckdb",
        "/published",
        "/badge",
        "/badge/",
        "/badge/nobody.svg",
        "/badge/../okr.svg",
        "/../okr.duckdb",
        "/../../okr_config/sources.yaml",
        "/..%2f..%2f.env",
        "/%2e%2e/%2e%2e/.env",
        "/....//okr.html",
        "/.okr.html",
        "/secret.html",
        "/folder.html",
        "/index.html",
        "/favicon.ico",
        "/status.json/",
        "/STATUS.JSON",
    ],
)
def test_nothing_else_is_there(ask: Browser, project: Project, target: str) -> None:
    """No listing, no way up, no warehouse, no link out of the folder."""
    published = project.published.parent
    (project.home / "secret.txt").write_text("secret")
    if not (published / "secret.html").is_symlink():
        (published / "secret.html").symlink_to(project.home / "secret.txt")
        (published / "folder.html").mkdir()

    got = ask(target)

    assert (404, b"Not Found\n") == (got.status, got.body)
    assert "nosniff" == got.headers["X-Content-Type-Options"]


def test_other_pages_of_the_folder_are_served(ask: Browser, project: Project) -> None:
    """A page that was written beside the newest is found by its name."""
    write_page(project, project.page.with_name("term.html"))

    assert project.page.read_bytes() == ask("/term.html").body


def test_a_page_without_a_policy_may_do_nothing(ask: Browser, project: Project) -> None:
    """What is not ours gets no script, no style and no frame."""
    project.page.with_name("foreign.html").write_text("<script>alert(1)</script>")

    assert "default-src 'none'; frame-ancestors 'none'" == ask("/foreign.html").headers["Content-Security-Policy"]


def test_a_new_run_is_seen_at_once(tmp_path: Path) -> None:
    """Page, status and badge are those of the newest copy, each under a new ETag."""
    folder = Folder(tmp_path, waiting_world())
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    folder.write("okr_config/objectives/term.yaml", OBJECTIVES)
    folder.write("numbers/numbers.csv", NUMBERS)
    targets = ("/", "/status.json", "/badge/ten.svg")
    with open_site(folder.project().reading, Door(port=0), lambda: "none") as address:
        ask = Browser(int(address.link.rsplit(":", 1)[1].strip("/")))
        empty = [ask(target) for target in targets]
        folder.run()
        before = [ask(target) for target in targets]
        folder.write("okr_config/objectives/term.yaml", OBJECTIVES.replace("Sell <10> units", "Sell ten"))
        folder.run()
        after = [ask(target) for target in targets]

    assert [503] * 3 == [got.status for got in empty]
    assert [200] * 6 == [got.status for got in before + after]
    assert "Sell ten" == json.loads(after[1].body)[0]["title"]
    assert all(old.headers["ETag"] != new.headers["ETag"] for old, new in zip(before, after, strict=True))


def test_another_host_is_served_with_a_token(project: Project) -> None:
    """Told once, with the address; a browser goes on without it, a program sends it as a bearer."""
    token = "an old token, agreed on"
    with open_site(project.reading, Door("0.0.0.0", 0, token), lambda: "none") as address:  # noqa: S104 - the case
        ask = Browser(int(address.link.rsplit(":", 1)[1].strip("/")))
        refused = ask("/")
        led_on = ask("/" + address.first_link.removeprefix(address.link))
        shown = ask(led_on.headers["Location"], Cookie=led_on.headers["Set-Cookie"].partition(";")[0])
        asked = ask("/status.json", Authorization=f"Bearer {token}", Host="team.example")

    assert [401, 303, 200, 200] == [got.status for got in (refused, led_on, shown, asked)]
    assert "/" == led_on.headers["Location"]
    assert token not in repr((address, Door("0.0.0.0", 0, token)))  # noqa: S104 - as above
    assert not any(token in str(got.headers) + got.body.decode() for got in (refused, led_on, shown, asked))
