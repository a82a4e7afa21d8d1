"""The commands for the data folder as a whole: check and format it, compare versions, write the schemas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccn_kb.cli.output import format_option, print_exactly
from ccn_kb.cli.parameters import edited_folder, locked_folder, today
from ccn_kb.model.text import plural

if TYPE_CHECKING:
    from ccn_kb.network import Network


@click.command
@click.pass_context
def check(context: click.Context) -> None:
    """Check the data folder and print every problem with file, line, rule and fix.

    \b
    Example: ccn --data data check
    """
    from ccn_kb import audit

    problems = audit.problems(edited_folder(context), today())
    for problem in problems:
        click.echo(problem)
    click.echo(f"{plural(len(problems), 'problem', 'problems')} found" if problems else "The data are sound.", err=True)
    context.exit(1 if problems else 0)


@click.command
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if a file is not in canonical form.")
@click.pass_context
def fmt(context: click.Context, only_check: bool) -> None:
    """Write the data files in their canonical form. Files with errors are left unchanged.

    \b
    Example: ccn fmt --check
    """
    from ccn_kb import store

    folder = store.read(edited_folder(context), style=True)
    if folder.canonical and not only_check:
        with locked_folder(context) as root:
            folder = store.read(root, style=True)
            store.write(folder, folder.canonical)
    for file in folder.canonical:
        click.echo(folder.root / file)
    problems = store.read(folder.root, style=True, planned=folder.canonical).problems
    for problem in problems:
        click.echo(problem, err=True)
    number = plural(len(folder.canonical), "file", "files")
    if only_check and folder.canonical:
        click.echo(f"{number} not in canonical form; run ccn fmt", err=True)
    elif folder.canonical:
        click.echo(f"Formatted {number}.", err=True)
    elif not problems:
        click.echo("All files are in canonical form.", err=True)
    context.exit(1 if problems or (only_check and folder.canonical) else 0)


@click.command
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if a schema is out of date.")
@click.pass_context
def schemas(context: click.Context, only_check: bool) -> None:
    """Write the JSON Schemas of the data files to `schemas/`, next to the data folder.

    \b
    Example: ccn schemas --check
    """
    from ccn_kb import files, store
    from ccn_kb.store import schemas

    data = edited_folder(context)
    store.require_data_folder(data)
    folder = data.resolve().parent / "schemas"
    outdated = {folder / name: text for name, text in schemas.schemas().items() if _text_of(folder / name) != text}
    if not only_check:
        folder.mkdir(exist_ok=True)
        for path, text in outdated.items():
            files.write(path, text)
    for path in outdated:
        click.echo(path.name)
    number = plural(len(outdated), "schema", "schemas")
    message = f"{number} out of date; run ccn schemas" if only_check else f"Wrote {number}."
    click.echo(message if outdated else "All schemas are up to date.", err=True)
    context.exit(1 if only_check and outdated else 0)


@click.command
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="[NEW]", required=False)
@format_option("text", "markdown", "json")
@click.pass_context
def diff(context: click.Context, old: str, new: str | None, format: str) -> None:
    """Compare NEW (default: current data folder) with OLD: who joined, left or changed field, and corrected values.

    OLD and NEW are data folders, exports (network.json, a folder or a zip file) or git revisions.

    \b
    Example: ccn diff HEAD~1
             ccn diff v0.1.0 v0.2.0 --format markdown
    """
    from ccn_kb import changes

    differences = changes.between(_network_at(context, old), _network_at(context, new))
    if format == "json":
        from ccn_kb.exports.json_rows import to_json

        print_exactly(to_json([difference.row() for difference in differences]))
    else:
        to_text = changes.to_markdown if format == "markdown" else changes.to_text
        click.echo(to_text(differences), nl=False)
    click.echo(plural(len(differences), "difference", "differences"), err=True)


def _network_at(context: click.Context, version: str | None) -> Network:
    """Return the network in a data folder, by default the current one, or in it at a git revision."""
    from dataclasses import replace

    from ccn_kb import audit, changes
    from ccn_kb.errors import DataError
    from ccn_kb.network import snapshot

    if version is None:
        return audit.load(edited_folder(context))
    if (Path(version) / "cities").is_dir() or snapshot.find(Path(version)):
        return audit.load(Path(version))
    with changes.at_revision(edited_folder(context), version) as folder:
        try:
            return audit.load(folder)
        except DataError as error:
            problems = [
                replace(problem, file=f"{version}:{Path(problem.file).relative_to(folder)}")
                for problem in error.problems
            ]
            raise DataError(problems) from None


def _text_of(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
