"""The rooms and who may import whom, as the README's house says."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "kustui"
FILES = sorted(SOURCE.rglob("*.py"))

GROUND = {"kustui", "chance", "clock", "errors"}
MAY_IMPORT = {
    "core": {"core"},
    "store": {"core", "store"},
    "delivery": {"core", "delivery"},
    "desk": {"core", "store", "delivery", "desk"},
    "ui": {"core", "desk", "ui"},
    "cli": {"core", "desk", "gateway", "cli"},
    "plain": {"core", "desk", "cli", "plain"},
    "gateway": {"core", "desk", "gateway"},
    "web": {"core", "gateway", "web"},
    "training": {"core", "delivery", "desk", "training"},
    "settings": {"core"},
    "wiring": {"core", "store", "delivery", "desk", "settings", "training"},
    "staging": {"core", "desk", "training", "settings", "wiring"},
    "rehearsal": {"core", "desk", "cli", "training", "staging", "wiring"},
    "serving": {"core", "desk", "training", "staging", "web"},
    "arrival": {"core", "desk", "ui", "cli", "settings", "wiring", "staging"},
    "__main__": {
        "core",
        "desk",
        "ui",
        "cli",
        "plain",
        "settings",
        "wiring",
        "rehearsal",
        "serving",
        "arrival",
    },
    "chance": set(),
    "clock": set(),
    "errors": set(),
    "__init__": set(),
}


def room_of(path: Path) -> str:
    """The room a file is in."""
    part = path.relative_to(SOURCE).parts[0]
    return part.removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Every module a file names in an import, wherever it stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_room_imports_only_what_its_walls_allow(path: Path) -> None:
    """No room reaches past its walls."""
    room = room_of(path)
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("kustui.")}
    rooms = ours & set(MAY_IMPORT)
    assert rooms - GROUND - MAY_IMPORT[room] == set()


def test_only_the_screen_imports_textual_and_only_the_store_speaks_sql() -> None:
    """Textual stays in ui, SQLAlchemy and SQLModel in store."""
    for path in FILES:
        tops = {name.split(".")[0] for name in imports(path)}
        room = room_of(path)
        if room != "ui":
            assert "textual" not in tops, path
        if room != "store":
            assert not tops & {"sqlalchemy", "sqlmodel", "sqlite3", "pysqlite3"}, path


def test_delivery_knows_only_the_desks_protocols_not_its_tables() -> None:
    """The desk takes only the door of delivery, never what is behind it; so does training, whose players are
    a transport.
    """
    for path in FILES:
        if room_of(path) in ("desk", "training"):
            behind = {name for name in imports(path) if name.startswith("kustui.delivery.")}
            names = {name.split(".")[2] for name in behind}
            assert all(name[0].isupper() for name in names), (path, behind)


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("kustui.desk", ["textual", "rich", "sqlalchemy", "sqlmodel", "pydantic"]),
        ("kustui.wiring", ["textual", "sqlalchemy", "sqlmodel", "pydantic"]),
        ("kustui.ui.app", ["sqlalchemy", "sqlmodel", "pydantic", "kustui.core.tour", "kustui.ui.first_run"]),
        ("kustui.__main__", ["kustui.arrival", "kustui.staging", "kustui.wiring"]),
        ("kustui.cli", ["textual"]),
        ("kustui.plain.program", ["textual", "rich", "readline", "sqlalchemy", "sqlmodel", "pydantic"]),
        ("kustui.desk.clockwork", ["textual"]),
        ("kustui.core.commands", ["textual", "sqlite3"]),
        ("kustui.ui.screens.desk", ["kustui.core.searching", "kustui.core.post"]),
    ],
)
def test_a_room_loads_without_what_it_does_not_need(module: str, absent: list[str]) -> None:
    """The desk runs without the screen, and the first list without the ORM."""
    code = f"import sys, {module}; print(*[m for m in {absent!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_clock_is_asked_in_one_place() -> None:
    """`datetime.now` and its kin stand only in clock.py, so a held clock holds everything."""
    wrong = [
        f"{path.name}: {line.strip()}"
        for path in FILES
        if path.name != "clock.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"datetime\.now\(|utcnow\(|date\.today\(|[^_]time\.time\(", line)
    ]
    assert wrong == []


def test_words_of_others_never_become_markup() -> None:
    """`notify` always says markup=False: a subject of `[/x]` would take the screen down."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "notify"
            ):
                keywords = {keyword.arg: keyword.value for keyword in node.keywords}
                value = keywords.get("markup")
                assert isinstance(value, ast.Constant), path
                assert value.value is False, path


def test_files_stay_small() -> None:
    """A file over some 300 lines hides something; data and the schema may be longer."""
    long = {
        str(path.relative_to(SOURCE)): lines
        for path in FILES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 320
        and path.name not in ("tables.py", "cast.py")
    }
    assert long == {}


def test_the_project_speaks_of_itself_alone() -> None:
    """No path of the machine it is built on stands in the tree, and no address among the versions."""
    root = SOURCE.parent.parent
    home = f"{Path.home()}/" if Path.home() != Path("/") else f"{root}/"
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=False)
    for name in listed.stdout.split():
        path = root / name
        if path.suffix in (".py", ".md", ".toml", ".txt", "") and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            assert f"{root}/" not in text, name
            assert home not in text, name
    for name in ("pins.txt", "pyproject.toml", "Makefile"):
        assert "://" not in (root / name).read_text(encoding="utf-8"), name


def test_every_test_file_has_a_name_of_its_own() -> None:
    """Pytest takes two of one name for the same module."""
    names = [path.name for path in (SOURCE.parent.parent / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names))
