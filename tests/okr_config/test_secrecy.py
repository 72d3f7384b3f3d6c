"""Tests of okr_config.secrecy, through the door: no literal gets through, and none is repeated (.tokens)."""

from collections.abc import Mapping

import pytest

from tests.okr_config.config_folder import Project

CANARY = "CANARY-5f0c2a9d11e84b77"
JSON = "connector: http_json, url: 'https://k.example', metric: k.sales"
LITERALS: Mapping[str, tuple[str, str]] = {
    "declared": (f"connector: shopify, shop: x, access_token: {CANARY}", "access_token"),
    "declared number": ("connector: shopify, shop: x, access_token: 12345", "access_token"),
    "default": ("connector: shopify, shop: x, access_token: '${T:-" + CANARY + "}'", "access_token"),
    "header": (JSON + f", headers: {{Authorization: {CANARY}}}", "Authorization"),
    "header by any name": (JSON + f", headers: {{X-Api-Key: {CANARY}}}", "X-Api-Key"),
    "parameter": (JSON + f", params: {{access_token: {CANARY}}}", "access_token"),
}
LOOKALIKES: Mapping[str, tuple[str, str]] = {
    "Shopify": (JSON + ", params: {q: shpat_0123456789abcdef}", "q"),
    "Stripe": ("connector: file, path: sk_live_0123456789", "path"),
    "bearer": (JSON + ", headers: {X-Who: Bearer abcdefgh}", "X-Who"),
    "hexadecimal": (JSON + ", params: {q: 0123456789abcdef0123456789abcdef}", "q"),
    "address with a password": (JSON.replace("https://", "https://user:hunter2@"), "url"),
    "address with a token": (JSON.replace("k.example", "k.example/x?access_token=abcdef"), "url"),
    "in a default": (JSON + ", params: {q: '${Q:-ghp_0123456789}'}", "q"),
    "unknown connector": ("connector: shopfy, access_token: shpat_0123456789abcdef", "access_token"),
}


def _told(project: Project, settings: str) -> list[str]:
    project.write("okr_config/sources.yaml", f"sources:\n  - {{id: k, {settings}}}\n")
    return project.problems()


@pytest.mark.parametrize("name", LITERALS)
def test_a_secret_comes_from_a_variable(project: Project, name: str) -> None:
    """A setting, header or parameter that is a secret cannot be a literal."""
    settings, key = LITERALS[name]

    told = _told(project, settings)

    assert 1 == len(told)
    assert f"  {key} must come from a variable, not stand here\n  write ${{" in told[0]
    assert CANARY not in told[0]


@pytest.mark.parametrize("name", LOOKALIKES)
def test_what_looks_like_a_secret_is_refused(project: Project, name: str) -> None:
    """Any text of sources.yaml that has the form of a token is refused, wherever it stands."""
    settings, key = LOOKALIKES[name]

    told = [problem for problem in _told(project, settings) if "unknown connector" not in problem]

    assert 1 == len(told)
    assert f"  {key} looks like a secret and stands here\n" in told[0]


def test_the_fix_is_named(project: Project) -> None:
    """The problem says what to write instead, and where the value goes."""
    assert [
        (
            "okr_config/sources.yaml:2:56  access_token must come from a variable, not stand here\n"
            "  write ${SHOPIFY_ACCESS_TOKEN} here, and SHOPIFY_ACCESS_TOKEN=... in .env\n"
            "  next: if this file was ever shared, make a new secret at the vendor"
        )
    ] == _told(project, "connector: shopify, shop: x, access_token: hunter2")


@pytest.mark.parametrize(
    "settings",
    [
        "connector: shopify, shop: x, access_token: '${T}'",
        JSON + ", headers: {Authorization: 'Bearer ${T}', Accept: application/json}",
        JSON + ", params: {page_token: '{cursor}', site: 7c9e6679-7425-40de-944b-e07fc1f90ae7}",
        JSON + ", params: {actor: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz', channel: UC_x5XG1OV2P6uZZ5FSM9Ttw}",
        JSON.replace("https://k", "https://user:${T}@k").replace("example", "example/?token=${T}"),
        "connector: file, path: data/exported_2026/numbers_of_the_third_quarter_2026_final2.csv",
    ],
)
def test_what_is_no_secret_passes(project: Project, settings: str) -> None:
    """Variables, ids of accounts, plain headers and long file names are taken."""
    project.environ["T"] = CANARY

    assert [] == _told(project, settings)


@pytest.mark.parametrize(
    ("value", "character"),
    [("ab\u00a0c", "no-break space"), ("a\u200bbc", "zero width space"), ("\u201cabc", "left double quotation mark")],
)
def test_a_secret_that_no_header_takes_names_its_variable(project: Project, value: str, character: str) -> None:
    """What a copy brought along is found before anything is sent, and the value is not repeated."""
    project.write(
        "okr_config/sources.yaml", "sources:\n  - {id: k, connector: shopify, shop: x, access_token: '${T}'}\n"
    )
    project.write(".env", f"T={value}\n")

    (told,) = project.problems()

    assert f"the value of T holds a character that no HTTP header takes ({character})" in told
    assert "abc" not in told
