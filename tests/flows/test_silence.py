"""What a key result without any number says of its source, in every place (scorecard.measures.silence)."""

import pytest

from tests.connectors.loopback import Loopback, Reply
from tests.flows.project_folder import FILE_SOURCE, Folder

TERM = """\
period: {id: term, start: 2026-11-02, end: 2026-12-13}
timezone: Europe/Oslo
objectives:
  - id: shop
    title: A shop that sells
    key_results:
      - {id: units, title: Sell 10, metric: shop.units_sold, kind: total, target: 10}
      - {id: visits, title: 100 visits, metric: web.visits, kind: total, target: 100}
"""
SHOP = """\
  - {id: butikk, connector: shopify, shop: my-shop.myshopify.com, access_token: "shpat_${TOKEN}", base_url: "URL"}
"""
CONNECT = "no source that gives such numbers is connected (okr connect), and no row of a sheet gives them"
FAILED = "the source that should bring the numbers has not answered yet: butikk (okr doctor butikk)"


def _reasons(folder: Folder) -> dict[str, str]:
    return dict(folder.query("select key_result_id, reason from scoreboard").iter_rows())


def test_a_source_that_is_not_connected_is_missed(folder: Folder) -> None:
    """Status, page and explain say it with the command; once a row comes, nothing of it is said."""
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    folder.write("numbers/n.csv", "metric,day,value\n")
    folder.run()

    assert {"units": CONNECT, "visits": CONNECT} == _reasons(folder)
    assert f"no data  units, visits: {CONNECT}" in folder.ask("status").stderr.splitlines()
    sentence = f"{CONNECT[0].upper()}{CONNECT[1:]}."
    assert sentence in " ".join(folder.ask("explain", "units").stdout.split())
    assert sentence in folder.project().page.read_text("utf-8")

    folder.write("numbers/n.csv", "metric,day,value\nshop.units_sold,2026-11-20,3\nweb.visits,2026-11-20,many\n")
    folder.run()
    assert "okr connect" not in _reasons(folder)["visits"]  # a row that is refused is one

    folder.write("numbers/n.csv", "metric,day,value\nshop.units_sold,2026-11-20,3\n")
    folder.run()

    assert f"no data  visits: {CONNECT}" in folder.ask("status").stderr.splitlines()


@pytest.mark.parametrize("lang", ["en", "nb"])
def test_a_source_that_has_never_answered_is_named(folder: Folder, loopback: Loopback, lang: str) -> None:
    """The shop refuses the key: its key results say so, in the file's language; those of others do not name it."""
    loopback.script = lambda _: Reply({"errors": "Invalid API key"}, 401)
    folder.write("okr_config/objectives/term.yaml", TERM.replace("objectives:", f"language: {lang}\nobjectives:", 1))
    folder.write("okr_config/sources.yaml", "sources:\n" + SHOP.replace("URL", loopback.url))
    folder.write(".env", "TOKEN=5f4dcc3b5aa765d61d8327deb882cf99\n")
    folder.ask("run")

    units, visits = _reasons(folder)["units"], _reasons(folder)["visits"]

    norwegian = "kilden som skal gi tallene, har ikke svart ennå: butikk (okr doctor butikk)"
    assert units == (FAILED if lang == "en" else norwegian)
    assert ("okr connect" in visits, "butikk" in visits) == (True, False)
