"""The terms of RDF: names (IRIs) and literals, and the vocabularies that the graph uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias


class Iri(str):
    """The address that names a node, a property or a datatype."""

    __slots__ = ()


class Literal(NamedTuple):
    """A value: its text, and its datatype or language; a plain text has neither."""

    text: str
    datatype: Iri | None = None
    lang: str | None = None


Statement: TypeAlias = "tuple[Iri, Iri, Iri | Literal]"


@dataclass(frozen=True)
class Namespace:
    """The common beginning of the names of a vocabulary: `SDO.name` and `SDO["name"]` are a name in it."""

    address: str

    def __getitem__(self, name: str) -> Iri:
        return Iri(self.address + name)

    def __getattr__(self, name: str) -> Iri:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]


DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SDO = Namespace("https://schema.org/")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
VOID = Namespace("http://rdfs.org/ns/void#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")


def to_literal(value: str | int) -> Literal:
    """Return a text or a whole number as a literal."""
    return Literal(str(value), XSD.integer if isinstance(value, int) else None)
