"""The files of a project folder, opened one by one; what is wrong on the way is kept."""

from collections.abc import Mapping
from pathlib import Path

from okr_config.documents import Block, Document, Items, Scalar, Spot, child, plain
from okr_config.environment import Variables, fill, read_dotenv
from okr_config.errors import Problem
from okr_config.hints import did_you_mean
from okr_config.yaml_files import read_document

CONFIG = "okr_config"
OBJECTIVES = f"{CONFIG}/objectives"
PROJECT, SOURCES, METRICS, CHECKS = (f"{CONFIG}/{name}.yaml" for name in ("project", "sources", "metrics", "checks"))
_FILES = (PROJECT, SOURCES, METRICS, CHECKS)


class Folder:
    """
    Opens files and collects problems.

    contents: what was read so far as plain values by file, for a fingerprint. unread: files there that could not be.
    """

    def __init__(self, home: Path, environ: Mapping[str, str]) -> None:
        dotenv, problems, warnings = read_dotenv(home)
        self.home = home
        self.variables = Variables(environ, dotenv)
        self.problems: list[Problem] = problems
        self.warnings: tuple[str, ...] = tuple(warnings)
        self.contents: dict[str, object] = {}
        self.unread: set[str] = set()

    def open(self, file: str) -> Document | None:
        """Read a file and fill in its variables; None where there is no such file or it is unreadable."""
        path = self.home / file
        if not path.exists():
            self._require_no_dead_link(file)
            return None
        written, problems = read_document(path, file)
        self.problems += problems
        if written is None:
            self.unread.add(file)
            return None
        document = fill(written, self.variables)
        # variables of sources and of whom to notify may be secrets: there the fingerprint sees their names only
        self.contents[file] = plain(document.root, as_written=file in {SOURCES, PROJECT})
        return document

    def _require_no_dead_link(self, file: str) -> None:
        """Note a link that leads nowhere: what it led to is missing, not empty."""
        if (self.home / file).is_symlink():
            self.problems.append(Problem(file, 0, 0, "a link that leads nowhere", next="put back what it led to"))

    def require_variables(self, spot: Spot) -> None:
        """Note every variable of a value that is not set."""
        self.problems += [self.variables.missing(spot.document, scalar) for scalar in spot.missing()]

    def entries(self, file: str, key: str) -> tuple[Spot, ...]:
        """Read a file that holds one list under one key, and return its entries that are mappings."""
        document = self.open(file)
        if document is None:
            return ()
        root = document.root
        if not isinstance(root, Block):
            self.problems += Spot(document, root).tell(f"the file must be a mapping with {key}:")
            return ()
        for other in root.keys.keys() - {key}:
            self.problems.append(
                document.problem(
                    root.keys[other], f"unknown key '{other}'", hint=did_you_mean(other, [key]) or f"keys here: {key}"
                )
            )
        value = child(root, key)
        if value is None or (isinstance(value, Scalar) and value.text is None):
            return ()
        if not isinstance(value, Items):
            self.problems += Spot(document, value).tell(f"{key} must be a list")
            return ()
        spots = [Spot(document, item) for item in value.items]
        for spot in spots:
            if not isinstance(spot.node, Block):
                self.problems += spot.tell(f"an entry of {key} must be a mapping (key: value)")
        return tuple(spot for spot in spots if isinstance(spot.node, Block))

    def objective_files(self) -> list[str]:
        """List the objective files, and note files that are none of ours."""
        if not (self.home / CONFIG).is_dir():
            self.problems.append(Problem(CONFIG, 0, 0, "no such folder", next="okr init"))
        for file in self._yaml_files(CONFIG):
            if file not in _FILES:
                name = file.removeprefix(f"{CONFIG}/")
                near = did_you_mean(name, [known.removeprefix(f"{CONFIG}/") for known in _FILES])
                hint = near or f"objectives belong in {OBJECTIVES}/"
                self.problems.append(Problem(file, 0, 0, "not a config file", hint, "rename, move or remove it"))
        if not (self.home / OBJECTIVES).exists():
            self._require_no_dead_link(OBJECTIVES)
        files = self._yaml_files(OBJECTIVES)
        for file in files:
            if not file.endswith(".yaml"):
                self.problems.append(Problem(file, 0, 0, "its name must end with .yaml", next="rename it"))
        return [file for file in files if file.endswith(".yaml")]

    def _yaml_files(self, folder: str) -> list[str]:
        paths = sorted((self.home / folder).glob("*.y*ml"))
        return [
            f"{folder}/{path.name}"
            for path in paths
            if path.suffix in {".yaml", ".yml"} and not path.name.startswith(".")
        ]
