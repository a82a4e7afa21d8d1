"""The CSV files as Croissant 1.0 describes them for machine learning: https://docs.mlcommons.org/croissant/."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from ccn_kb.exports.citation_formats import make_citable, to_bibtex
from ccn_kb.exports.contents import DESCRIPTION, Contents, ExportFile, TableData, is_day
from ccn_kb.exports.dataset_description import to_schema_org
from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.network.schema import Table, TableColumn

PATH = "croissant.json"
CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
_TERMS = (
    *("citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet", "format"),
    *("includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references"),
    *("regex", "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
)
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in _TERMS},
}
_READING = (
    " In the CSV files, only an empty cell is a missing value. A reader that takes the code NA (North America, Namibia)"
    " for one finds the name in the column next to it."
)
_TYPES = {str: "sc:Text", int: "sc:Integer", float: "sc:Float"}


def to_croissant(contents: Contents, files: Sequence[tuple[TableData, ExportFile]], folder: str) -> bytes:
    """Return the description of the tables in CSV files, which are next to it in the folder."""
    network = contents.network
    described = to_schema_org(network, contents.url, ())
    # Croissant reads a single creator, and describes the columns in its record sets.
    del described["variableMeasured"], described["@id"]
    description = {
        **described,
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "description": f"{DESCRIPTION}{_READING}",
        **({"citeAs": to_bibtex(make_citable(network))} if network.version else {}),
        "distribution": [_file_object(table.table, file, folder) for table, file in files],
        "recordSet": [_record_set(table.table) for table, _ in files],
    }
    return to_bytes(description)


def _file_object(table: Table[object], file: ExportFile, folder: str) -> dict[str, object]:
    name = file.path.removeprefix(f"{folder}/")
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "description": table.description,
        "contentUrl": name,
        "contentSize": f"{len(file.body)} B",
        "encodingFormat": "text/csv",
        "sha256": hashlib.sha256(file.body).hexdigest(),
    }


def _record_set(table: Table[object]) -> dict[str, object]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "key": [{"@id": f"{table.name}/{name}"} for name in table.key],
        "field": [_describe_column(table, column) for column in table.columns],
    }


def _describe_column(table: Table[object], column: TableColumn[object]) -> dict[str, object]:
    # Without `references`: mlcroissant would join the tables by them and leave out rows. The Data Package has them.
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": column.description,
        "dataType": "sc:Date" if is_day(column) else _TYPES[column.type],
        "source": {"fileObject": {"@id": f"{table.name}.csv"}, "extract": {"column": column.name}},
    }
