"""Tests of connectors.http.transport: whose certificates are trusted, and what of the environment is heard."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from okr_config.errors import SourceError
from okr_config.world import World
from tests.connectors.loopback import Loopback, Reply
from tests.flows.notify.tls import certified

SETTINGS = {"account": "waldladen@social.example"}
ACCOUNT = {"id": "1", "username": "waldladen", "followers_count": 61, "statuses_count": 210}


@pytest.fixture
def firm(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Loopback, Path]]:
    """Start a server whose certificate an authority of a firm's own has signed; nobody has named that yet."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    context, authority = certified(tmp_path)
    running = Loopback(world, tmp_path, tls=context)
    running.script = lambda _: Reply(ACCOUNT)
    yield running, authority
    running.stop()


def _refused(running: Loopback) -> SourceError:
    with pytest.raises(SourceError) as caught:
        running.pull("mastodon", SETTINGS)
    return caught.value


def test_an_authority_of_ones_own_is_trusted_once_it_is_named(
    firm: tuple[Loopback, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE names it, as for other programs; before that the server is refused, and the next step says so."""
    running, authority = firm
    error = _refused(running)
    assert ("tls", True) == (error.reason, "has a certificate that cannot be trusted" in error.what)

    monkeypatch.setenv("SSL_CERT_FILE", str(authority))

    assert 1 == running.pull("mastodon", SETTINGS).rows_read


def test_a_folder_of_authorities_is_trusted(
    firm: tuple[Loopback, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_DIR names a folder whose files are called by the hash of whom they are of."""
    running, authority = firm
    folder = tmp_path / "authorities"
    folder.mkdir()
    (folder / "b262d2bf.0").write_bytes(authority.read_bytes())
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))

    assert 1 == running.pull("mastodon", SETTINGS).rows_read


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("SSL_CERT_FILE", None, "SSL_CERT_FILE names nothing that is there"),
        ("SSL_CERT_FILE", "no certificate", "SSL_CERT_FILE names no certificates (PEM)"),
        ("SSL_CERT_DIR", None, "SSL_CERT_DIR names nothing that is there"),
    ],
)
def test_certificates_that_cannot_be_read_are_told(  # noqa: PLR0913, PLR0917 - fixtures and cases
    firm: tuple[Loopback, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: str | None,
    told: str,
) -> None:
    """Which variable and why; certificates are never left unchecked because of it."""
    running, _ = firm
    place = tmp_path / "ca.pem"
    if content is not None:
        place.write_text(content)
    monkeypatch.setenv(name, str(place))

    error = _refused(running)

    assert ("tls", True) == (error.reason, told in error.what)


def test_no_proxy_of_the_environment_is_asked(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would look up the addresses that have been checked here, and see whom one asks."""
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    loopback.script = lambda _: Reply(ACCOUNT)

    assert 1 == loopback.pull("mastodon", SETTINGS).rows_read
