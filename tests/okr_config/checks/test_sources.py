"""Tests of okr_config.checks.sources and okr_config.sources_file, through the door."""

import pytest

from tests.okr_config.config_folder import Project


def _told(project: Project, entries: str) -> list[str]:
    project.write("okr_config/sources.yaml", f"sources:\n{entries}")
    return [problem.removeprefix("okr_config/sources.yaml:") for problem in project.problems()]


def test_entries(project: Project) -> None:
    """Connector, id and shape of each entry are checked, values are not repeated."""
    entries = (
        "  - {id: a, connector: shopfy, shop: x}\n"
        "  - {id: a, connector: file, path: x}\n"
        "  - {connector: file, path: y}\n"
        "  - {id: b}\n"
        "  - text\n"
        "  - {id: c, connector: zzz}\n"
        "  - {id: d, connector: file, path: [z], pth: 1, timeout: -1, enabled: perhaps, since: 1}\n"
    )

    assert [
        "2:24  unknown connector 'shopfy'\n  did you mean 'shopify'?\n  next: okr connectors",
        "3:10  two sources have the same id\n  first at okr_config/sources.yaml:2:10",
        "4:5  id is missing",
        "5:5  connector is missing",
        "6:5  an entry of sources must be a mapping (key: value)",
        "7:24  unknown connector 'zzz'\n  there are: file, http_json, shopify\n  next: okr connectors",
        "8:36  path must be a text",
        "8:41  unknown key 'pth'\n  did you mean 'path'?",
        "8:58  timeout must be more than 0",
        "8:71  enabled must be true or false",
        "8:87  since must be a date such as 2026-04-27",
    ] == _told(project, entries)


def test_a_source_that_lacks_a_variable_is_checked_for_the_rest(project: Project) -> None:
    """Every other mistake of the same source is told beside it; what only follows is not."""
    entries = (
        "  - id: a\n    connector: shopify\n    shop: ${SHOP}\n    access_token: ${TOKEN}\n"
        "    timezone: ${ZONE}\n    base_url: ${URL}\n    since: ${SINCE}\n    rate: fast\n    concurrency: 99\n"
    )
    project.environ.update({"SHOP": "s", "ZONE": "Europe/Olso", "URL": "http://shop.example"})

    looked = "  looked in the environment and in .env (there is no such file)"
    assert [
        f"5:19  variable TOKEN is not set\n{looked}\n  next: add TOKEN=... to .env",
        "6:15  unknown timezone '${ZONE}'\n  did you mean 'Europe/Oslo'?",
        (
            "7:15  base_url is plain http\n"
            "  plain http is only for this machine; anyone between could read the credentials\n"
            "  next: use https, or insecure: true"
        ),
        f"8:12  variable SINCE is not set\n{looked}\n  next: add SINCE=... to .env",
        "9:11  rate must be a number",
        "10:18  concurrency must be at most 32",
    ] == _told(project, entries)


def test_a_connector_may_refuse_in_its_own_words(project: Project) -> None:
    """What a settings model says of several settings stands at the source."""
    assert ["2:5  access_token or client_secret is needed"] == _told(
        project, "  - {id: a, connector: shopify, shop: x}\n"
    )


@pytest.mark.parametrize(
    "second",
    [
        "{id: b, connector: shopify, shop: a.example, access_token: '${T}'}",
        "{id: b, connector: shopify, shop: '@A.example/', access_token: '${T}', enabled: false}",
        "{id: b, connector: shopify, shop: '${SHOP}', access_token: '${T}'}",
        "{id: b, connector: shopify, shop: a.example, access_token: '${MISSING:-}', client_secret: '${T}'}",
    ],
)
def test_an_account_is_configured_once(project: Project, second: str) -> None:
    """The same identity on the same connector is one account, however it is written."""
    project.environ.update({"T": "t", "SHOP": "a.example"})
    entries = f"  - {{id: a, connector: shopify, shop: a.example, access_token: '${{T}}'}}\n  - {second}\n"

    assert [
        (
            "3:39  the same account is configured twice\n"
            "  first at okr_config/sources.yaml:2:5\n  next: remove one of the two"
        )
    ] == _told(project, entries)


def test_other_accounts_are_others(project: Project) -> None:
    """Another shop, another server, another connector, another letter case of a path are other accounts."""
    project.environ["T"] = "t"
    shop = "connector: shopify, access_token: '${T}'"

    assert [] == _told(
        project,
        f"  - {{id: a, {shop}, shop: a.example}}\n"
        f"  - {{id: b, {shop}, shop: b.example}}\n"
        f"  - {{id: c, {shop}, shop: a.example, base_url: 'https://other.example'}}\n"
        "  - {id: d, connector: file, path: a.csv}\n"
        "  - {id: e, connector: file, path: A.csv}\n",
    )


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("https://shop.example/path", None),
        ("http://127.0.0.1:8080/shopify", None),
        ("http://127.8.8.8", None),
        ("http://[::1]:80", None),
        ("http://localhost:1", None),
        ("http://shop.example", "plain"),
        ("http://localhost.example", "plain"),
        ("http://192.168.1.4", "plain"),
        ("ftp://shop.example", "address"),
        ("shop.example", "address"),
        ("https://", "address"),
        ("https://shop.example:port", "address"),
        ("file:///etc/passwd", "address"),
    ],
)
def test_addresses(project: Project, address: str, problem: str | None) -> None:
    """Plain http stays on this machine, and an address has a scheme and a host."""
    what = {
        None: [],
        "plain": [
            (
                "2:49  base_url is plain http\n"
                "  plain http is only for this machine; anyone between could read the credentials\n"
                "  next: use https, or insecure: true"
            )
        ],
        "address": ["2:49  base_url must be an address such as https://shop.example"],
    }
    assert what[problem] == _told(project, f"  - {{id: a, connector: file, path: x, base_url: '{address}'}}\n")


def test_plain_http_may_be_allowed(project: Project) -> None:
    """A word in the config opens one source to plain http."""
    entries = "  - {id: a, connector: file, path: x, base_url: 'http://shop.example', insecure: true}\n"

    assert [] == _told(project, entries)


def test_unknown_keys_of_the_file(project: Project) -> None:
    """The file holds one list."""
    project.write("okr_config/sources.yaml", "sauces: []\nsources: {}\n")

    assert [
        "okr_config/sources.yaml:1:1  unknown key 'sauces'\n  did you mean 'sources'?",
        "okr_config/sources.yaml:2:10  sources must be a list",
    ] == project.problems()


def test_a_secret_in_the_wrong_place_is_not_repeated(project: Project) -> None:
    """A wrong word is named, but not one that looks like a secret."""
    told = "\n".join(_told(project, "  - {id: a, connector: shpat_0123456789abcdef, timezone: sk_live_0123456789}\n"))

    assert "unknown connector\n" in told
    assert "unknown timezone" not in told
    assert "0123456789" not in told


def test_a_renamed_source_is_there_once(project: Project) -> None:
    """The id that a source was renamed from may not be another one's, nor its own."""
    entries = "  - {id: a, connector: file, path: a.csv}\n  - {id: b, connector: file, path: b.csv, renamed_from: a}\n"

    assert ["3:57  renamed_from names a, which is configured\n  next: remove the source of that id"] == _told(
        project, entries
    )
    assert [] == _told(project, entries.replace("renamed_from: a", "renamed_from: c"))
