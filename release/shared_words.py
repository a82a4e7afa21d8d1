"""Every eight words in a row that our texts share with other texts, such as the pages from which the facts were taken.

`python -m release.shared_words PAGES` prints each run of words that a sentence of the data has in common with the texts
in a file or folder (plain text, or every string in JSON) and where our record has it; it fails if there is one. Facts
are free, sentences are not. Titles and names are not compared: they belong to what they name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from ccn_kb import audit
from ccn_kb.checks.references import citing
from ccn_kb.model.records import Cooperation, Record, Rule, Statement
from ccn_kb.model.text import words
from ccn_kb.network.network import Network

RUN = 8
"""Words in a row that are no coincidence."""
OWN_TEXTS = ("note", "description", "activities", "theme")
"""Fields with sentences, in any record."""
OWN_TEXTS_OF: dict[type[Record], str] = {Statement: "value", Rule: "value", Cooperation: "title"}
"""Those that are a name or a quotation in other records."""


@dataclass(frozen=True)
class SharedRun:
    """A run of words in a text of ours and in another one."""

    record: str
    path: str
    words: str
    found_in: str

    def __str__(self) -> str:
        return f"{self.record} {self.path}: “{self.words}” ({self.found_in})"


def own_texts(network: Network) -> Iterator[tuple[str, str, str]]:
    """Yield record, path and text of everything that we wrote in our own words."""
    for kind, id, record in citing(network):
        for path, part in record.nested_records():
            for name in (*OWN_TEXTS, OWN_TEXTS_OF.get(type(part), "")):
                value = vars(part).get(name) or ()
                for text in value if isinstance(value, tuple) else (value,):
                    yield f"{kind} {id}", " ".join(map(str, (*path, name))), text
    for id, source in network.sources.items():
        if source.note:
            yield f"source {id}", "note", source.note


def other_texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the texts in a file or folder, each with the name of its file."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    for file in files:
        if file.is_file():
            content = file.read_text(encoding="utf-8")
            texts = _strings(json.loads(content)) if file.suffix == ".json" else iter((content,))
            yield from ((file.name, text) for text in texts)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def runs(text: str, length: int = RUN) -> Iterator[str]:
    """Yield every run of that many words in a text, without case, accents and punctuation."""
    folded = words(text)
    for start in range(len(folded) - length + 1):
        yield " ".join(folded[start : start + length])


def shared_runs(network: Network, path: Path) -> list[SharedRun]:
    """Return every run of words in our texts that is in the texts of the file or folder as well."""
    places = {run: name for name, text in other_texts(path) for run in runs(text)}
    return [
        SharedRun(record, where, run, places[run])
        for record, where, text in own_texts(network)
        for run in runs(text)
        if run in places
    ]


@click.command(help="Print every eight words in a row that our texts share with those in PAGES, a file or folder.")
@click.argument("pages", type=click.Path(exists=True, path_type=Path))
@click.option("--data", default="data", show_default=True, type=click.Path(path_type=Path), help="Data folder.")
def main(pages: Path, data: Path) -> None:
    """Print the runs, and fail if there is one."""
    network = audit.load(data)
    compared = len(list(own_texts(network)))
    shared = shared_runs(network, pages)
    for run in shared:
        click.echo(run)
    click.echo(f"{compared} texts compared, {len(shared)} runs of {RUN} words in common.", err=True)
    if shared:
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
