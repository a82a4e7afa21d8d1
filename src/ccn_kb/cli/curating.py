"""The curators' commands that need no gazetteer: check the data, bring it into its form, write the schemas."""

from __future__ import annotations

from pathlib import Path

import click

from ccn_kb.cli.output import count
from ccn_kb.cli.parameters import changing, edited_folder, today


@click.command(short_help="Check the whole data folder.")
@click.pass_context
def check(context: click.Context) -> None:
    """Check the whole data folder; print every problem with file, line, rule and fix."""
    from ccn_kb import audit

    problems = audit.problems(edited_folder(context), today())
    for problem in problems:
        click.echo(problem)
    click.echo(f"{count(len(problems), 'problem', 'problems')} found" if problems else "The data is sound.", err=True)
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
    click.echo(f"{count(len(found.canonical), 'file', 'files')} {done}", err=True)
    context.exit(1 if left or (only_check and found.canonical) else 0)


@click.command(short_help="Write the JSON Schemas of the data.")
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit 1 if a schema is not that of the models."
)
@click.pass_context
def schemas(context: click.Context, only_check: bool) -> None:
    """Write the JSON Schemas of the data files into `schemas/` beside the data folder."""
    from ccn_kb import files, store
    from ccn_kb.schemas import schemas as made

    data = edited_folder(context)
    store.require(data)
    folder = data.resolve().parent / "schemas"
    stale = {folder / name: text for name, text in made().items() if _text_of(folder / name) != text}
    if not only_check:
        folder.mkdir(exist_ok=True)
        for path, text in stale.items():
            files.write(path, text)
    for path in stale:
        click.echo(path.name)
    done = "not that of the models; run: ccn schemas" if only_check else "written"
    click.echo(f"{count(len(stale), 'schema', 'schemas')} {done}", err=True)
    context.exit(1 if only_check and stale else 0)


def _text_of(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
