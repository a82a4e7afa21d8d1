"""The documentation's examples are run: those of the modules, of the guide to Python, and the notebooks.

The notebooks are kept without outputs, for these are derived from the data, and every new round would change them;
here they are executed, and have to say the figures that are known.
"""

from __future__ import annotations

import doctest
import importlib
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from ccn_kb.network import Network
from tests.conftest import ROOT, TODAY

PACKAGE = ROOT / "src" / "ccn_kb"
DOCS = ROOT / "docs"


def exemplified() -> list[ModuleType]:
    """Return the modules with examples in them, but the package itself, whose example the README's tests run."""
    paths = sorted(path for path in PACKAGE.rglob("[!_]*.py") if ">>> " in path.read_text(encoding="utf-8"))
    return [
        importlib.import_module(".".join(("ccn_kb", *path.relative_to(PACKAGE).with_suffix("").parts)))
        for path in paths
    ]


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCN_TODAY", TODAY)


@pytest.mark.parametrize("module", exemplified(), ids=lambda module: module.__name__)
def test_the_examples_of_a_module_run(module: ModuleType, network: Network) -> None:
    results = doctest.testmod(module, extraglobs={"network": network})
    assert results.attempted > 0
    assert results.failed == 0


def test_every_new_answer_has_an_example() -> None:
    names = {module.__name__.removeprefix("ccn_kb.") for module in exemplified()}
    assert {
        "network.cooperation_graph",
        "network.geography",
        "network.growth",
        "network.history",
        "network.members",
        "network.network",
        "network.published_totals",
    } <= names


def test_the_guide_to_python_runs() -> None:
    results = doctest.testfile(str(DOCS / "python.md"), module_relative=False)
    assert results.attempted > 20
    assert results.failed == 0


def test_the_recipes_of_context_run_and_are_short() -> None:
    path = DOCS / "context.md"
    results = doctest.testfile(str(path), module_relative=False)
    assert results.attempted > 20
    assert results.failed == 0
    recipes = re.findall(r"^## \d.*?```python\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    lengths = [sum(line.startswith((">>> ", "... ")) for line in recipe.splitlines()) for recipe in recipes]
    assert len(lengths) == 6
    assert max(lengths) <= 10


# What a reader has to find in the outputs of each.
NOTEBOOKS = {
    "growth": ["<td>408</td>", "<td>108</td>", "0.434"],
    "census": ["(69, 32)", "(295, 350, 55, 0)", "<p>6 rows</p>", "changed-field", "2015-12-latin-america-caribbean"],
    "geography": ["<td>408</td>", "tambasasayama-jp", "edinburgh-gb", "mentoring"],
}


def test_these_are_the_notebooks() -> None:
    assert {path.stem for path in DOCS.glob("*.ipynb")} == set(NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_kept_without_outputs_and_in_one_form(name: str) -> None:
    text = (DOCS / f"{name}.ipynb").read_text(encoding="utf-8")
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        assert cell["metadata"] == {}
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
    assert text == json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_and_says_the_figures(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(DOCS / f"{name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    said = "\n".join(shown(cell) for cell in notebook.cells)
    assert [figure for figure in NOTEBOOKS[name] if figure not in said] == []


def shown(cell: dict[str, Any]) -> str:
    """Return all that a cell puts out, as text and as HTML."""
    texts = [text for output in cell.get("outputs", []) for text in output.get("data", {}).values()]
    return "\n".join(str(text) for text in texts)
