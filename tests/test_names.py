"""Names in the code: a variable is named for what it is, and each class and each file has a name of its own."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

MODULES = sorted((ROOT / "src" / "ccn_kb").rglob("*.py"))
MEANINGLESS = {"one", "found", "several", "given", "known", "asked", "at"}


@cache
def nodes() -> list[tuple[Path, ast.AST]]:
    """Return all nodes of the modules: not made when the tests are collected, which each worker does."""
    return [(path, node) for path in MODULES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


def repeated(names: Iterable[str]) -> list[str]:
    return [name for name, number in Counter(names).items() if number > 1]


def test_no_variable_has_a_name_without_a_meaning() -> None:
    # A field of a model is a key of JSON, not a variable.
    classes = [node for _, node in nodes() if isinstance(node, ast.ClassDef)]
    fields = {id(part.target) for node in classes for part in node.body if isinstance(part, ast.AnnAssign)}
    variables = [
        (path.name, node.lineno, node.arg if isinstance(node, ast.arg) else node.id)
        for path, node in nodes()
        if isinstance(node, ast.arg) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
        if id(node) not in fields
    ]
    assert len(variables) > 1000
    assert [variable for variable in variables if variable[2] in MEANINGLESS] == []


def test_each_class_and_each_file_has_a_name_of_its_own() -> None:
    assert repeated(node.name for _, node in nodes() if isinstance(node, ast.ClassDef)) == []
    assert repeated(path.name for path in MODULES if path.name != "__init__.py") == []
