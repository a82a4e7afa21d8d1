"""The export formats: name, help and the function that makes the files. Each imports its library when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ccn_kb.errors import MissingExtraError, requires_extra

if TYPE_CHECKING:
    from ccn_kb.exports.contents import Contents, ExportFile

MakeFiles: TypeAlias = "Callable[[Contents], Iterator[ExportFile]]"


class ExportFormat(NamedTuple):
    """A format of `ccn export`; `import_maker` imports the function that makes its files, with the library it needs."""

    name: str
    help: str
    import_maker: Callable[[], MakeFiles]

    def load(self) -> MakeFiles:
        """Return the function that makes the files. Raises MissingExtraError where its library is not installed."""
        with requires_extra("export"):
            return self.import_maker()


FORMATS: dict[str, ExportFormat] = {}

ImportMaker: TypeAlias = "Callable[[], MakeFiles]"


def export_format(name: str, help: str) -> Callable[[ImportMaker], ImportMaker]:
    """Register the function below it as the format of that name; the order of registration is the order of the help."""

    def register(import_maker: ImportMaker) -> ImportMaker:
        FORMATS[name] = ExportFormat(name, help, import_maker)
        return import_maker

    return register


def unavailable_formats(names: Iterable[str]) -> dict[str, MissingExtraError]:
    """Return those of the formats whose library is not installed, each with the error that names its extra."""
    unavailable = {}
    for name in names:
        try:
            FORMATS[name].load()
        except MissingExtraError as error:
            unavailable[name] = error
    return unavailable


@export_format("csv", "one CSV file per table, with a Data Package and a Croissant description of the columns")
def _csv() -> MakeFiles:
    from ccn_kb.exports import data_package

    return data_package.files


@export_format("json", "the whole network in one file, with its JSON Schema")
def _json() -> MakeFiles:
    from ccn_kb.exports import network_json

    return network_json.files


@export_format("jsonl", "one JSON Lines file per table, one row per line")
def _jsonl() -> MakeFiles:
    from ccn_kb.exports import json_lines

    return json_lines.files


@export_format("geojson", "the members as map points")
def _geojson() -> MakeFiles:
    from ccn_kb.exports import geojson

    return geojson.files


@export_format("parquet", "one Parquet file per table, with types and descriptions")
def _parquet() -> MakeFiles:
    from ccn_kb.exports import parquet

    return parquet.files


@export_format("xlsx", "an Excel workbook, one sheet per table")
def _xlsx() -> MakeFiles:
    from ccn_kb.exports import workbook

    return workbook.files


@export_format("turtle", "RDF in Turtle, with SHACL shapes")
def _turtle() -> MakeFiles:
    from ccn_kb.exports import linked_data

    return linked_data.turtle_files


@export_format("jsonld", "RDF in JSON-LD")
def _jsonld() -> MakeFiles:
    from ccn_kb.exports import linked_data

    return linked_data.json_ld_files


@export_format("bibtex", "the sources as a bibliography, in BibTeX and CSL-JSON")
def _bibtex() -> MakeFiles:
    from ccn_kb.exports import bibliography

    return bibliography.files


@export_format("ics", "the meetings and report deadlines as a calendar")
def _ics() -> MakeFiles:
    from ccn_kb.exports import meetings_calendar

    return meetings_calendar.files


@export_format("atom", "the latest changes as a feed")
def _atom() -> MakeFiles:
    from ccn_kb.exports import changes_feed

    return changes_feed.files


@export_format("sqlite", "the database that `ccn build` writes")
def _sqlite() -> MakeFiles:
    from ccn_kb.exports import sqlite_file

    return sqlite_file.files
