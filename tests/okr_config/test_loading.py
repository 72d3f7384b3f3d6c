"""Tests of okr_config.loading: the door as a whole (.folder)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from time import process_time

import pytest
from pydantic import ConfigDict

from okr_config import load_config, load_project
from okr_config.errors import ConfigError
from okr_config.models import ProjectSettings as ProjectFile
from okr_config.models import Schedule, SourceSettings
from tests.okr_config.config_folder import CONNECTORS, HEAD, Project

ROOT = Path(__file__).parents[2]
TEN = "      - {id: ten, title: Ten, metric: shop.orders, kind: total, target: 10}\n"
SHOP = "sources:\n  - {id: butikk, connector: shopify, shop: s, access_token: '${TOKEN}'}\n"


def test_a_good_folder(project: Project) -> None:
    """Everything written comes out, and nothing else is needed."""
    config = project.load()

    assert (project.home, "Europe/Oslo", ProjectFile()) == (config.home, config.timezone, config.project)
    assert ["ten"] == [definition.key_result.id for definition in config.definitions()]
    assert [("sheet", "file")] == [(source.id, source.connector) for source in config.sources]
    assert ((), (), ()) == (config.metrics, config.source_metrics, config.warnings)


def test_the_repositorys_own_folder() -> None:
    """The example in the repository is the one of the design, and needs only its two secrets."""

    class Anything(SourceSettings):
        model_config = ConfigDict(extra="allow")

    models = dict.fromkeys(("shopify", "plausible", "bluesky", "mastodon"), Anything)
    config = load_config(ROOT, {"SHOPIFY_TOKEN": "a", "PLAUSIBLE_API_KEY": "b"}, models)

    kinds = {definition.key_result.id: definition.key_result.kind for definition in config.definitions()}
    assert {"butikken-er-klar": "milestone", "ti-salg": "total", "femti-besok": "window", "folgere": "level"} == kinds
    assert ["butikk", "besok", "bluesky", "mastodon"] == [source.id for source in config.sources]
    assert Schedule(cron="15 6 * * *") == config.project.schedule


def test_every_problem_of_every_file_in_one_go(project: Project) -> None:
    """A broken file, wrong values and files against each other are told together, sorted by place."""
    project.write("okr_config/project.yaml", "timezon: UTC\n")
    project.write("okr_config/metrics.yaml", "metrics:\n  - {id: a.b}\n")
    project.write("okr_config/sources.yaml", SHOP + "  - {id: x, connector: blusky}\n")
    project.write("okr_config/objectives/broken.yaml", "period: {id: [\n")
    project.write("okr_config/objectives/empty.yaml", "")
    project.key_results(TEN.replace("10", "ten") + TEN.replace("orders", "order").replace("id: ten", "id: two"))
    project.write(".env", "what\n")
    (project.home / ".env").chmod(0o600)

    assert [
        ".env:1:1",
        "okr_config/metrics.yaml:2:5",
        "okr_config/objectives/broken.yaml:2:1",
        "okr_config/objectives/empty.yaml:1:1",
        "okr_config/objectives/empty.yaml:1:1",
        "okr_config/objectives/empty.yaml:1:1",
        "okr_config/objectives/term.yaml:7:73",
        "okr_config/objectives/term.yaml:8:39",
        "okr_config/project.yaml:1:1",
        "okr_config/sources.yaml:2:61",
        "okr_config/sources.yaml:3:24",
    ] == [problem.split()[0] for problem in project.problems()]


def test_a_wrong_header_does_not_hide_the_key_results(project: Project) -> None:
    """Key results are checked although period and zone of their file cannot be used."""
    head = HEAD.replace("2026-10-01", "soon").replace("timezone", "timzone")
    project.write("okr_config/objectives/term.yaml", head + TEN.replace("orders", "order"))

    assert ["1:1", "1:27", "2:1", "7:39"] == [
        problem.split()[0].removeprefix("okr_config/objectives/term.yaml:") for problem in project.problems()
    ]


def test_the_exit_code_and_the_count(project: Project) -> None:
    """The error ends a command with 2 and says how many problems there are."""
    project.key_results(TEN.replace("10", "0"))

    with pytest.raises(ConfigError) as caught:
        project.load()

    assert (2, "1 problem in the config") == (caught.value.exit_code, caught.value.what)


def test_files_that_are_none_of_ours(project: Project) -> None:
    """Names that would be passed over without a word are told; hidden files and other kinds are not."""
    for name in ("source.yaml", "2026-q4.yaml", "objectives/next.yml", ".draft.yaml", "schema.json", "notes.txt"):
        project.write(f"okr_config/{name}", "")

    assert [
        (
            "okr_config/2026-q4.yaml  not a config file\n  objectives belong in okr_config/objectives/\n"
            "  next: rename, move or remove it"
        ),
        "okr_config/objectives/next.yml  its name must end with .yaml\n  next: rename it",
        "okr_config/source.yaml  not a config file\n  did you mean 'sources.yaml'?\n  next: rename, move or remove it",
    ] == project.problems()


def test_no_folder_at_all(tmp_path: Path) -> None:
    """An empty place is no project."""
    assert ["okr_config  no such folder\n  next: okr init"] == Project(tmp_path).problems()


def test_a_folder_without_objectives(project: Project) -> None:
    """Sources alone can be pulled, in a zone that must then be named."""
    (project.home / "okr_config/objectives/term.yaml").unlink()

    assert [
        (
            "okr_config/project.yaml  no timezone is known\n  no objective file names one\n"
            "  next: write timezone: Europe/Oslo or the like"
        )
    ] == project.problems()

    project.write("okr_config/project.yaml", "timezone: UTC\n")

    assert ("UTC", ()) == (project.load().timezone, project.load().definitions())


def test_variables_fill_any_file(project: Project) -> None:
    """A target may come from a variable as well as a token may."""
    project.write("okr_config/sources.yaml", SHOP)
    project.write(".env", "TOKEN=CANARY\n")
    (project.home / ".env").chmod(0o600)
    project.key_results(TEN.replace("10", '"${TARGET:-7}"'))

    config = project.load()

    assert 7 == config.definitions()[0].key_result.target
    assert "CANARY" == config.sources[0].access_token.get_secret_value()
    assert "CANARY" not in repr(config)


def test_a_missing_variable_of_an_objective(project: Project) -> None:
    """It is needed with and without secrets; a wrong value is repeated as written, not as filled."""
    project.key_results(TEN.replace("10", '"${TARGET}"'))

    told = project.problems()
    assert ["okr_config/objectives/term.yaml:7:73  variable TARGET is not set"] == [
        problem.split("\n")[0] for problem in told
    ]
    assert told == project.problems(need_secrets=False)

    project.environ["TARGET"] = "CANARY"

    assert ["okr_config/objectives/term.yaml:7:73  target must be a number, not '${TARGET}'"] == project.problems()


def test_without_secrets_sources_are_read_as_far_as_they_go(project: Project) -> None:
    """Commands that only read definitions need neither variables nor connectors."""
    project.write("okr_config/sources.yaml", SHOP.replace("shop: s", "shop: s, timezone: '${ZONE}', enabled: false"))
    project.key_results(TEN.replace("target", "sources: [butikk], target"))

    config = load_config(project.home, {}, {}, need_secrets=False)

    assert (SourceSettings(id="butikk", connector="shopify", enabled=False),) == config.sources


def test_only_connectors_in_use_are_looked_up(project: Project) -> None:
    """Looking a connector up imports it: the others are left alone."""
    looked_up = []

    class Lazy(Mapping[str, type[SourceSettings]]):
        def __getitem__(self, name: str) -> type[SourceSettings]:
            looked_up.append(name)
            return CONNECTORS[name]

        def __iter__(self) -> Iterator[str]:
            return iter(CONNECTORS)

        def __len__(self) -> int:
            return len(CONNECTORS)

    load_config(project.home, {}, Lazy())

    assert {"file"} == set(looked_up)


def test_the_fingerprint_follows_the_content(project: Project) -> None:
    """Layout and secrets do not change it; a target does."""
    project.write("okr_config/sources.yaml", SHOP)
    project.environ["TOKEN"] = "one"
    first = project.load().fingerprint

    project.environ["TOKEN"] = "two"
    project.write(
        "okr_config/sources.yaml",
        "# the shop\n" + SHOP.replace("id: butikk, connector: shopify", "connector: 'shopify',  id: butikk"),
    )
    assert first == project.load().fingerprint
    assert first == project.load(need_secrets=False).fingerprint

    project.key_results(TEN.replace("10", "11"))
    assert first != project.load().fingerprint


def test_load_project(tmp_path: Path) -> None:
    """project.yaml is read alone; without it everything has its default."""
    assert ProjectFile() == load_project(tmp_path)

    made = Project(tmp_path)
    made.write("okr_config/project.yaml", "warehouse: ${WAREHOUSE}\nsandbox: 2011-11-20\n")
    made.write("okr_config/sources.yaml", "broken: [\n")

    assert "duckdb:///x" == load_project(tmp_path, {"WAREHOUSE": "duckdb:///x"}).warehouse

    with pytest.raises(ConfigError) as caught:
        load_project(tmp_path)

    assert ["okr_config/project.yaml:1:12"] == [str(problem).split()[0] for problem in caught.value.problems]


def test_a_large_folder_is_read_in_reasonable_time(project: Project) -> None:
    """A thousand key results take seconds, not minutes."""
    project.key_results("".join(TEN.replace("id: ten", f"id: k{number}") for number in range(1000)))
    began = process_time()

    assert 1000 == len(project.load().definitions())
    assert process_time() - began < 30
