"""The connectors' pages: made from the code, and fresh."""

from pathlib import Path

import connectors
from flows.sources.docs import FOLDER, pages, write
from okr_config.world import World

ROOT = Path(__file__).parents[3]


def test_the_committed_pages_are_what_the_code_says(world: World) -> None:
    """A page for each connector and the table of all; `just generate` renews them."""
    assert write(ROOT, world, only_check=True)
    assert {f"{name}.md" for name in connectors.names()} | {"README.md"} == set(pages())


def test_a_page_tells_settings_and_where_secrets_go() -> None:
    """The lines to write, with the secret as a variable."""
    page = pages()["plausible.md"]

    assert "    site_id: ...\n    api_key: ${PLAUSIBLE_API_KEY}\n```" in page
    assert "| `api_key` | yes | yes, in `.env` |" in page


def test_pages_of_no_connector_go(tmp_path: Path, world: World) -> None:
    """What is stale is told, renewed and cleared away."""
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / "gone.md").write_text("x")

    assert not write(tmp_path, world, only_check=True)
    write(tmp_path, world, only_check=False)
    assert write(tmp_path, world, only_check=True)
    assert not (tmp_path / FOLDER / "gone.md").exists()
