"""Where the page is served, and whether a token is wanted."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from flows.project.paths import Published
from flows.serve.bind import PORT, Door, open_site
from flows.serve.health import Health
from okr_config.errors import UsageError
from okr_config.world import World
from tests.conftest import waiting_world


@pytest.fixture
def nothing(tmp_path: Path) -> Published:
    """Return a folder that has published nothing, in the real world: threads read its clock."""
    return Published(tmp_path, tmp_path / "okr.duckdb", waiting_world())


def test_this_machine_needs_no_token(nothing: Published) -> None:
    """One link, safe to pass on."""
    with open_site(nothing, Door(port=0), Health(nothing).report) as address:
        assert address.link == address.first_link
        assert address.link.startswith("http://127.0.0.1:")


def test_a_set_token_is_wanted_here_too(nothing: Published) -> None:
    """Who shares a machine may want one."""
    with open_site(nothing, Door(port=0, token="sixteen letters!"), Health(nothing).report) as address:
        assert f"{address.link}?token=sixteen+letters%21" == address.first_link


def test_another_host_makes_a_token(nothing: Published, world: World) -> None:
    """From the world's own dice, and another each time."""
    twice = replace(nothing, world=replace(nothing.world, token=world.token))
    links = []
    for _ in range(2):
        with open_site(twice, Door("0.0.0.0", 0), Health(twice).report) as address:  # noqa: S104 - the case
            links.append(address.first_link.partition("?")[2])

    assert ["token=" + letters * 8 for letters in ("AgIC", "AwMD")] == links
    assert f"http://{socket.gethostname()}:" in address.link


def test_ipv6_has_brackets(nothing: Published) -> None:
    """As an address wants it."""
    try:
        with open_site(nothing, Door("::1", 0), Health(nothing).report) as address:
            assert address.link.startswith("http://[::1]:")
    except UsageError:
        pytest.skip("this machine has no IPv6")


def test_a_port_that_is_taken_is_told(nothing: Published) -> None:
    """Where it was asked for; what to do stands with it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        site = open_site(nothing, Door(port=port), Health(nothing).report)
        with pytest.raises(UsageError) as error:
            site.__enter__()

    assert f"the page cannot be served on 127.0.0.1, port {port}" == error.value.what
    assert "--port 0" in error.value.next_step


def test_the_usual_port_gives_way(nothing: Published) -> None:
    """Where no port was asked for, another one is taken: two folders may be served at once."""
    with (
        open_site(nothing, Door(), Health(nothing).report) as first,
        open_site(nothing, Door(), Health(nothing).report) as second,
    ):
        assert first.link != second.link
        assert f"http://127.0.0.1:{PORT}/" != second.link


@pytest.mark.parametrize("token", ["short", "fifteen letters", "bl\N{LATIN SMALL LETTER A WITH RING ABOVE}b" * 8])
def test_a_weak_token_is_refused(tmp_path: Path, token: str) -> None:
    """Too short to keep anyone out, or no text for a header; it is not repeated."""
    with pytest.raises(UsageError) as error:
        Door.of("127.0.0.1", None, home=tmp_path, environ={"OKR_SERVE_TOKEN": token})

    assert token not in str(error.value)


def test_the_token_may_stand_where_secrets_do(tmp_path: Path) -> None:
    """In `.env`; the environment goes before it, and an empty one is none."""
    tokens = ["from the file, long", "from the environment"]
    (tmp_path / ".env").write_text(f"OKR_SERVE_TOKEN='{tokens[0]}'\n")

    doors = [
        Door.of("127.0.0.1", 1, home=tmp_path, environ={"OKR_SERVE_TOKEN": value} if value is not None else {})
        for value in (None, "", tokens[1])
    ]

    assert [tokens[0], tokens[0], tokens[1]] == [door.token for door in doors]
    assert Door("127.0.0.1", 1, None) == Door.of("127.0.0.1", 1, home=tmp_path / "elsewhere", environ={})
