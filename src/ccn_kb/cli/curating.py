"""The commands for the data folder as a whole: check it, bring it into its form, compare it, write the schemas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccn_kb.cli.output import print_exactly
from ccn_kb.cli.parameters import changing, edited_folder, today
from ccn_kb.model.text import plural

if TYPE_CHECKING:
    from ccn_kb.network import Network


@click.command(short_help="Check the whole data folder.")
@click.pass_context
def check(context: click.Context) -> None:
    """Check the whole data folder; print every problem with file, line, rule and fix.

    \b
    Example: ccn --data data check
    """
    from ccn_kb import audit

    problems = audit.problems(edited_folder(context), today())
    for problem in problems:
        click.echo(problem)
    click.echo(f"{plural(len(problems), 'problem', 'problems')} found" if problems else "The data is sound.", err=True)
    context.exit(1 if problems else 0)


@click.command(short_help="Bring the data files into form.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if a file is not in its form.")
@click.pass_context
def fmt(context: click.Context, only_check: bool) -> None:
    """Bring the data files into their one canonical form; a file with a problem is left as it is.

    \b
    Example: ccn fmt --check
    """
    from ccn_kb import store

    found = store.read(edited_folder(context), style=True)
    if found.canonical and not only_check:
        with changing(context) as folder:
            found = store.read(folder, style=True)
            store.write(found, found.canonical)
    for file in found.canonical:
        click.echo(found.root / file)
    left = store.read(found.root, style=True, planned=found.canonical).problems
    for problem in left:
        click.echo(problem, err=True)
    done = "not in its form" if only_check else "rewritten"
    click.echo(f"{plural(len(found.canonical), 'file', 'files')} {done}", err=True)
    context.exit(1 if left or (only_check and found.canonical) else 0)


@click.command(short_help="Write the JSON Schemas of the data.")
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit 1 if a schema is not that of the models."
)
@click.pass_context
def schemas(context: click.Context, only_check: bool) -> None:
    """Write the JSON Schemas of the data files into `schemas/` beside the data folder.

    \b
    Example: ccn schemas --check
    """
    from ccn_kb import files, store
    from ccn_kb.store.schemas import schemas as made

    data = edited_folder(context)
    store.require_data_folder(data)
    folder = data.resolve().parent / "schemas"
    stale = {folder / name: text for name, text in made().items() if _text_of(folder / name) != text}
    if not only_check:
        folder.mkdir(exist_ok=True)
        for path, text in stale.items():
            files.write(path, text)
    for path in stale:
        click.echo(path.name)
    done = "not that of the models; run: ccn schemas" if only_check else "written"
    click.echo(f"{plural(len(stale), 'schema', 'schemas')} {done}", err=True)
    context.exit(1 if only_check and stale else 0)


@click.command(short_help="Compare two states of the data.")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="[NEW]", required=False)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.pass_context
def diff(context: click.Context, old: str, new: str | None, style: str) -> None:
    """Say what NEW (the data folder here) has otherwise than OLD: who joined, ended, changed field, what was corrected.

    OLD and NEW are data folders, exports (network.json, a folder or a zip file) or git revisions.

    \b
    Example: ccn diff HEAD~1
             ccn diff v0.1.0 v0.2.0 --format markdown
    """
    from ccn_kb import changes

    found = changes.between(_network_at(context, old), _network_at(context, new))
    if style == "json":
        from ccn_kb.exports.json_rows import to_json

        print_exactly(to_json([one.row() for one in found]))
    else:
        click.echo(changes.to_markdown(found) if style == "markdown" else changes.to_text(found), nl=False)
    click.echo(f"{plural(len(found), 'difference', 'differences')}", err=True)


def _network_at(context: click.Context, state: str | None) -> Network:
    """Return the network in a data folder, or in the data folder here as it stood in a git revision."""
    from dataclasses import replace

    from ccn_kb import audit, changes
    from ccn_kb.errors import DataError
    from ccn_kb.network import snapshot

    if state is None:
        return audit.load(edited_folder(context))
    if (Path(state) / "cities").is_dir() or snapshot.find(Path(state)):
        return audit.load(Path(state))
    with changes.at_revision(edited_folder(context), state) as folder:
        try:
            return audit.load(folder)
        except DataError as error:
            told = [replace(one, file=f"{state}:{Path(one.file).relative_to(folder)}") for one in error.problems]
            raise DataError(told) from None


def _text_of(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
