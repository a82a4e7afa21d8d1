"""Statements written in Turtle and in JSON-LD. Both are sets, written in the order of their texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

from ccn_kb.exports.rdf_terms import RDF, XSD, Iri, Literal, Namespace, Statement

Prefixes: TypeAlias = "Mapping[str, Namespace]"
JsonValue: TypeAlias = "str | int | dict[str, str]"
_LOCAL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_NUMBERS = {XSD.integer: re.compile(r"0|-?[1-9][0-9]{0,14}"), XSD.decimal: re.compile(r"-?[0-9]+\.[0-9]+")}
"""Which numbers are written without quotes: JSON-LD would read longer whole numbers as floating-point numbers."""
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r"})


class _Shortener:
    """Short names: those of a vocabulary begin with its prefix."""

    def __init__(self, prefixes: Prefixes) -> None:
        self._prefixes = {namespace.address: prefix for prefix, namespace in prefixes.items()}

    def shorten(self, iri: Iri) -> str | None:
        """Return the name with its prefix, None if it has none."""
        start = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = self._prefixes.get(iri[:start])
        return f"{prefix}:{iri[start:]}" if prefix and _LOCAL_NAME.fullmatch(iri, start) else None


def to_turtle(statements: Iterable[Statement], prefixes: Prefixes) -> str:
    """Return statements in Turtle, those of a subject together."""
    short = _Shortener(prefixes)
    names = {RDF.type: "a"}

    def name(iri: Iri) -> str:
        if iri not in names:
            names[iri] = short.shorten(iri) or f"<{iri}>"
        return names[iri]

    def term(value: Iri | Literal) -> str:
        if isinstance(value, Iri):
            return name(value)
        if any(_is_plain_number(value, datatype) for datatype in _NUMBERS):
            return value.text
        suffix = f"@{value.lang}" if value.lang else f"^^{name(value.datatype)}" if value.datatype else ""
        return f'"{value.text.translate(_ESCAPES)}"{suffix}'

    lines = sorted({(name(subject), name(property), term(value)) for subject, property, value in statements})
    parts = [f"@prefix {prefix}: <{namespace.address}> .\n" for prefix, namespace in sorted(prefixes.items())]
    for subject, of_subject in groupby(lines, itemgetter(0)):
        properties = (
            f"{property} {', '.join(value for *_, value in of_property)}"
            for property, of_property in groupby(of_subject, itemgetter(1))
        )
        parts += ("\n", subject, " ", " ;\n    ".join(properties), " .\n")
    return "".join(parts)


def to_json_ld(statements: Iterable[Statement], prefixes: Prefixes) -> dict[str, object]:
    """Return statements in JSON-LD, an object for each subject."""
    short = _Shortener(prefixes)

    def name(iri: Iri) -> str:
        return short.shorten(iri) or iri

    def json_value(value: Iri | Literal) -> JsonValue:
        if isinstance(value, Iri):
            return {"@id": name(value)}
        if _is_plain_number(value, XSD.integer):
            return int(value.text)
        if value.datatype:
            return {"@type": name(value.datatype), "@value": value.text}
        return {"@language": value.lang, "@value": value.text} if value.lang else value.text

    nodes: dict[str, dict[str, set[Iri | Literal]]] = {}
    for subject, property, value in statements:
        nodes.setdefault(name(subject), {}).setdefault(name(property), set()).add(value)
    type_name = name(RDF.type)

    def node(subject: str) -> dict[str, object]:
        properties: dict[str, object] = {"@id": subject}
        for property, values in sorted(nodes[subject].items()):
            if property == type_name:
                listed: list[JsonValue] = [name(Iri(value)) for value in sorted(map(str, values))]
                property = "@type"
            else:
                listed = [json_value(value) for value in sorted(values, key=_order)]
            properties[property] = listed[0] if len(listed) == 1 else listed
        return properties

    context = {prefix: namespace.address for prefix, namespace in sorted(prefixes.items())}
    return {"@context": context, "@graph": [node(subject) for subject in sorted(nodes)]}


def _order(value: Iri | Literal) -> tuple[str, str, str]:
    return (value, "", "") if isinstance(value, Iri) else (value.text, value.lang or "", value.datatype or "")


def _is_plain_number(value: Literal, datatype: Iri) -> bool:
    """Return whether a value is a number of the datatype that is written without quotes."""
    return value.datatype == datatype and bool(_NUMBERS[datatype].fullmatch(value.text))
