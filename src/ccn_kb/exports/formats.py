"""The export formats: name, help and the function that makes the files. Each imports its library when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ccn_kb.errors import MissingExtraError, requires_extra

if TYPE_CHECKING:
    from ccn_kb.exports.contents import Contents, ExportFile

MakeFiles: TypeAlias = "Callable[[Contents], Iterator[ExportFile]]"


class ExportFormat(NamedTuple):
    """A format of `ccn export`."""

    name: str
    help: str
    make_files: MakeFiles
    library: str | None
    """What it needs of the extra `export`."""


FORMATS: dict[str, ExportFormat] = {}


def export_format(name: str, help: str, library: str | None = None) -> Callable[[MakeFiles], MakeFiles]:
    """Register the function below it as the format of that name; the order of registration is the order of the help."""

    def register(make_files: MakeFiles) -> MakeFiles:
        FORMATS[name] = ExportFormat(name, help, make_files, library)
        return make_files

    return register


def unavailable_formats(names: Iterable[str]) -> dict[str, MissingExtraError]:
    """Return those of the formats whose library is not installed, each with the error that names its extra."""
    unavailable = {}
    for name in names:
        try:
            with requires_extra("export"):
                import_module(FORMATS[name].library or __name__)
        except MissingExtraError as error:
            unavailable[name] = error
    return unavailable


@export_format("csv", "one CSV file per table, with a Data Package that describes the columns")
def _csv(contents: Contents) -> Iterator[ExportFile]:
    from ccn_kb.exports import data_package

    return data_package.files(contents)


@export_format("json", "the whole network in one file, with its JSON Schema")
def _json(contents: Contents) -> Iterator[ExportFile]:
    from ccn_kb.exports import network_json

    return network_json.files(contents)


@export_format("jsonl", "one JSON Lines file per table, one row per line")
def _jsonl(contents: Contents) -> Iterator[ExportFile]:
    from ccn_kb.exports import json_lines

    return json_lines.files(contents)


@export_format("geojson", "the members as map points")
def _geojson(contents: Contents) -> Iterator[ExportFile]:
    from ccn_kb.exports import geojson

    return geojson.files(contents)


@export_format("parquet", "one Parquet file per table, with types and descriptions", "arro3.io")
def _parquet(contents: Contents) -> Iterator[ExportFile]:
    from ccn_kb.exports import parquet

    return parquet.files(contents)


@export_format("xlsx", "an Excel workbook, one sheet per table", "openpyxl")
def _xlsx(contents: Contents) -> Iterator[ExportFile]:
    from ccn_kb.exports import workbook

    return workbook.files(contents)


@export_format("turtle", "RDF in Turtle", "rdflib")
def _turtle(contents: Contents) -> Iterator[ExportFile]:
    from ccn_kb.exports import linked_data

    return linked_data.turtle_files(contents)


@export_format("jsonld", "RDF in JSON-LD", "rdflib")
def _jsonld(contents: Contents) -> Iterator[ExportFile]:
    from ccn_kb.exports import linked_data

    return linked_data.json_ld_files(contents)


@export_format("ics", "the meetings and report deadlines as a calendar")
def _ics(contents: Contents) -> Iterator[ExportFile]:
    from ccn_kb.exports import meetings_calendar

    return meetings_calendar.files(contents)


@export_format("atom", "the latest changes as a feed")
def _atom(contents: Contents) -> Iterator[ExportFile]:
    from ccn_kb.exports import changes_feed

    return changes_feed.files(contents)


@export_format("sqlite", "the database that `ccn build` writes")
def _sqlite(contents: Contents) -> Iterator[ExportFile]:
    from ccn_kb.exports import sqlite_file

    return sqlite_file.files(contents)
