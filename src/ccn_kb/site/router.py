"""The pages by their addresses: each as HTML and JSON, lists as CSV and Excel, documents, redirects and errors."""

from __future__ import annotations

import codecs
import copy
import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from ccn_kb.database import NETWORK_DOCUMENT
from ccn_kb.database.views import FOR_READERS
from ccn_kb.exports.citation_formats import to_bibtex, to_ris
from ccn_kb.exports.contents import Contents, TableData
from ccn_kb.exports.csv_rows import table_to_csv
from ccn_kb.exports.json_rows import to_list
from ccn_kb.model.licence import LICENCE_NAME
from ccn_kb.network import Network, snapshot
from ccn_kb.network.citable import make_citable, make_citable_page
from ccn_kb.network.schema import version_pairs
from ccn_kb.site.languages import ENGLISH, Language, gettext, languages, split_language, use_language
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.localised_network import localise
from ccn_kb.site.page_citation import cite_title
from ccn_kb.site.pages.city import describe_badge
from ccn_kb.site.pages.error import ErrorAnswer, ErrorPage, error_page, suggest
from ccn_kb.site.pages.page_context import TRANSLATED_FILES, PageContext, SiteIndex, StoredFiles
from ccn_kb.site.pages.parts import SitePage
from ccn_kb.site.query_parameters import DATE_FORM, Parameter, explain_date, explain_unknown, is_ignored
from ccn_kb.site.registration import PAGES, PageRegistration
from ccn_kb.site.stored_documents import StoredDocument, count_rows, read_documents, read_table
from ccn_kb.site.templating import SiteTemplates, encode_query

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
CSV = "text/csv; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
TURTLE = "text/turtle; charset=utf-8"
XML = "application/xml; charset=utf-8"
SVG = "image/svg+xml"
PNG = "image/png"
TEXTS = {"/robots.txt": TEXT, "/llms.txt": TEXT, "/sitemap.xml": XML}
TABLE_FORMATS = ("csv", "xlsx")
PICTURE_FORMATS = ("svg", "png")
CITATION_FORMATS = {"bib": to_bibtex, "ris": to_ris}
EMBED = "embed"
BADGE = re.compile(r"/badge/([a-z0-9-]+)\.svg")
OPENAPI = "/openapi.json"
DATE_FORM_PATH = "/on"
LONGEST_NAME = 40
LONGEST_VALUE = 200
MOST_UNKNOWN = 3
TABLE_LABELS = {"csv": "CSV", "xlsx": "Excel"}
CITATION_LABELS = {"bib": "BibTeX", "ris": "RIS"}
BYTE_ORDER_MARK = "bom"
"""The parameter of a CSV file that is 1 for spreadsheets, which take it for another encoding without the mark."""
_ADDRESSED = (".ics", ".atom", ".txt")
GRAPH_PATH = "/data/ccn.ttl"
VOCABULARY_PATH = "/vocabulary"
"""The address that is the name of the vocabulary in RDF, without that of the site."""
_WHOLE_TABLES = frozenset(shown.name for shown in FOR_READERS)
_BY_PATH = {(page.path, page.path_parameter is not None): page for page in PAGES}


@dataclass(frozen=True)
class PageResponse:
    """A response: status, media type, body, the new address of a redirect, and whether other sites may frame it."""

    status: int
    media_type: str
    body: bytes
    location: str = ""
    file_name: str = ""
    """The name under which a browser saves it."""
    is_framed: bool = False


class Pages:
    """The pages made from a database file, by path and query."""

    def __init__(
        self,
        database: Path,
        today: datetime.date | None = None,
        site: str = "",
        issues: str = "",
        *,
        is_static: bool = False,
    ) -> None:
        """Read the network and the documents from the file.

        `site` is the public address and `issues` that of the issue tracker, "" if unknown. Pages that are static do
        without a server what scripts can do, and leave out the rest.

        Raises ValueError if they cannot be read from it.
        """
        self._database = database
        self._fixed_today = today
        self.documents = read_documents(database)
        self.site = site.rstrip("/")
        if NETWORK_DOCUMENT not in self.documents:
            raise ValueError(f"{database} was built by an older version; build it again")
        self.index = SiteIndex(snapshot.from_json(self.documents[NETWORK_DOCUMENT].body))
        self.language = languages()[ENGLISH]
        self._issues = issues
        self._is_static = is_static
        self._context = PageContext(self.index, self.today, self.site, lambda: self._stored)
        self.templates = SiteTemplates(self.index, self.site, issues, self.language, is_static=is_static)
        self._translated: dict[str, Pages] = {}

    @property
    def network(self) -> Network:
        """The network that the pages show."""
        return self.index.network

    @property
    def version(self) -> str:
        """The version of the data."""
        return self.network.version

    @cached_property
    def ids(self) -> Mapping[str, frozenset[str]]:
        """The ids that have a page, by the kind of page."""
        return {page.name: frozenset(page.ids(self.index)) for page in PAGES if page.path_parameter}

    @property
    def example_paths(self) -> tuple[str, ...]:
        """The addresses of a page of each kind and of a page that does not exist."""
        ids = {page.name: next(iter(page.ids(self.index)), self.today.isoformat()) for page in PAGES}
        pages = (f"{page.path}/{ids[page.name]}" if page.path_parameter else page.path for page in PAGES)
        return (*pages, "/missing")

    @property
    def today(self) -> datetime.date:
        """The day that was given for today, else the clock's."""
        return self._fixed_today or datetime.datetime.now().astimezone().date()

    @property
    def context(self) -> PageContext:
        """What the page functions are given today."""
        if self._context.day != self.today:
            self._context = replace(self._context, day=self.today)
        return self._context

    def in_language(self, tag: str) -> Pages:
        """Return the same pages in the language of a tag; they share the file and its documents."""
        if tag in ("", self.language.tag):
            return self
        if tag not in self._translated:
            self._translated[tag] = self._translate(languages()[tag])
        return self._translated[tag]

    def _translate(self, language: Language) -> Pages:
        pages = copy.copy(self)
        pages.language = language
        pages.index = SiteIndex(localise(self.network, language))
        pages._context = replace(self._context, index=pages.index, language=language, stored=lambda: pages._stored)
        pages.templates = SiteTemplates(pages.index, self.site, self._issues, language, is_static=self._is_static)
        for name in ("ids", "_openapi", "_addressed_documents", "_stored"):
            pages.__dict__.pop(name, None)
        return pages

    def accepted_parameters(self, path: str, query: Mapping[str, str]) -> dict[str, str]:
        """Return the parameters that the page at the path has, and the names of unknown ones, which are an error."""
        path = split_language(path)[1]
        parameters = _parse(path).parameters
        mark = {BYTE_ORDER_MARK: "1"} if path.endswith(".csv") and query.get(BYTE_ORDER_MARK) == "1" else {}
        if parameters is None:
            return mark
        query = {name: value for name, value in query.items() if name not in mark}
        values = {name: query[name].strip()[:LONGEST_VALUE] for name in parameters if query.get(name, "").strip()}
        unknown = [name[:LONGEST_NAME] for name in query if name not in parameters and not is_ignored(name)]
        return values | mark | dict.fromkeys(unknown[:MOST_UNKNOWN], "")

    def respond(self, path: str, query: Mapping[str, str]) -> PageResponse:
        """Return the response for a path and the parameters of a request."""
        tag, plain = split_language(path)
        # Pictures in letters that their font lacks would be empty boxes: they are in English.
        if tag and (languages()[tag].is_in_latin_script or _parse(plain).format not in PICTURE_FORMATS):
            return self.in_language(tag).respond_in_language(plain, query)
        return self._respond(plain, query)

    def respond_in_language(self, path: str, query: Mapping[str, str]) -> PageResponse:
        """Return the response for a path without its language: data, which are the same in all, are elsewhere."""
        with use_language(self.language):
            is_data = (
                _parse(path).format not in ("", EMBED, *PICTURE_FORMATS)
                or (path in self.documents and not path.endswith(TRANSLATED_FILES))
                or path in TEXTS
                or path == OPENAPI
            )
            # Behind two slashes, browsers read the name of another site.
            if is_data and not path.startswith("//"):
                query_text = f"?{encode_query(query)}" if query else ""
                location = f"{self.context.base}{quote(path, errors='replace')}{query_text}"
                return PageResponse(301, TEXT, f"Moved to {location}\n".encode(), location)
            return self._respond(path, query)

    def _respond(self, path: str, query: Mapping[str, str]) -> PageResponse:
        address = _parse(path)
        query = self.accepted_parameters(path, query)
        mark = query.pop(BYTE_ORDER_MARK) if query.get(BYTE_ORDER_MARK) else ""
        if address.parameters is not None and (unknown := query.keys() - address.parameters.keys()):
            return self._error(error_page(400, explain_unknown(sorted(unknown), address.parameters)), address)
        if location := self._new_location(path, address, query):
            location = self.context.link(location)
            status = 303 if path == DATE_FORM_PATH else 301
            return PageResponse(status, TEXT, f"Moved to {location}\n".encode(), location)
        if path in TEXTS:
            return PageResponse(200, TEXTS[path], self._render_text(path[1:]))
        if path == OPENAPI:
            return PageResponse(200, JSON, self._openapi)
        if (badge := BADGE.fullmatch(path)) and badge[1] in self.network.cities:
            return PageResponse(200, SVG, self._badge(badge[1]))
        if file := self._file_at(path, address, mark):
            return file
        if address.page is None:
            return self._not_found(address)
        return self._page(address.page, address, query, mark)

    def error(self, status: int, path: str, sentence: str = "") -> PageResponse:
        """Return the page of an error; it cannot fail itself."""
        tag, path = split_language(path)
        try:
            pages = self.in_language(tag)
            with use_language(pages.language):
                return pages._error(error_page(status, sentence), _parse(path))
        except Exception:  # the reader gets an error page in any case
            return PageResponse(status, TEXT, f"{error_page(status).sentence}\n".encode())

    # -- one page ------------------------------------------------------------------------------

    def whole_table(self, name: str) -> str | None:
        """Return the address, without its ending, of a table with all its rows; None for a table without one."""
        return self.context.link(f"/data/{name}") if name in _WHOLE_TABLES else None

    def _file_at(self, path: str, address: _Address, mark: str) -> PageResponse | None:
        """Return the stored document or the whole table at a path, None if there is none."""
        if document := self.documents.get(path):
            if path.endswith(_ADDRESSED):
                document = self._addressed_documents.get(path, document)
            return self._file(path, f"{document.media_type}; charset=utf-8", document.body, mark)
        if path == GRAPH_PATH:
            return self._file(path, TURTLE, self._graph, "")
        if path == VOCABULARY_PATH:
            return PageResponse(200, TURTLE, self._vocabulary)
        name = _whole_table_in(path)
        if not name or address.page:
            return None
        table = read_table(self._database, name)
        if not path.endswith(".json"):
            return self._table(path, table, table.table.description, mark)
        columns = [column.name for column in table.table.columns]
        text = to_list(dict(zip(columns, row, strict=True)) for row in table.rows)
        return self._file(path, JSON, f"{text}\n".encode(), mark)

    def _table(self, path: str, table: TableData, sentence: str, mark: str, query: str = "") -> PageResponse:
        """Return a table as the file at the path: CSV, or a workbook that states what it holds and its address."""
        if path.endswith(".csv"):
            columns = [column.name for column in table.table.columns]
            return self._file(path, CSV, table_to_csv(table.rows, columns).encode(), mark)
        from ccn_kb.exports import workbook

        edition = [*version_pairs(self.network), ("contents", sentence), ("address", f"{self.site}{path}{query}")]
        return self._file(path, workbook.TYPE, workbook.to_workbook([table], edition, is_cover_first=False), "")

    def _file(self, path: str, media_type: str, body: bytes, mark: str) -> PageResponse:
        """Return a file to be saved under the last part of its path, with a byte order mark if that is asked for."""
        return PageResponse(
            200, media_type, (codecs.BOM_UTF8 if mark else b"") + body, file_name=path.rpartition("/")[2]
        )

    def _page(
        self, registration: PageRegistration, address: _Address, query: Mapping[str, str], mark: str
    ) -> PageResponse:
        for name, value in query.items():
            parameter = registration.parameters[name]
            if not parameter.accepts(self.network, value):
                wanted = value if parameter.values else ""
                return self._not_found(address, parameter.explain(self.network, name, value), wanted, name)
        page = registration.make(self.context, address.id, query)
        if page is None:
            is_date_wrong = "on" in query and (not address.id or address.id in self.ids.get(registration.name, ()))
            return self._not_found(address, explain_date(query["on"], self.today.isoformat()) if is_date_wrong else "")
        return self._in_format(page, registration, address, query, mark)

    def _in_format(
        self, page: SitePage, registration: PageRegistration, address: _Address, query: Mapping[str, str], mark: str
    ) -> PageResponse:
        """Return a page in the format that the address ends with, HTML without one."""
        if address.format == "json":
            return PageResponse(200, JSON, page.model_dump_json(by_alias=True, indent=1).encode())
        if address.format in TABLE_FORMATS:
            table = page.to_table()
            if table is None:
                return self._not_found(address)
            query_text = _with_query("", query)
            return self._table(f"{address.path}.{address.format}", table, page.sentence, mark, query_text)
        if address.format in (*PICTURE_FORMATS, EMBED) and not page.has_picture():
            return self._not_found(address)
        if address.format in PICTURE_FORMATS:
            return self._picture(page, address)
        if address.format in CITATION_FORMATS:
            return self._cite(page, address, query)
        if address.format == EMBED:
            embedded = self._render("embed.html", page, address.path, query)
            return PageResponse(200, HTML, embedded, is_framed=True)
        return PageResponse(200, HTML, self._render(f"{registration.name}.html", page, address.path, query))

    def _cite(self, page: SitePage, address: _Address, query: Mapping[str, str]) -> PageResponse:
        """Return how to cite a page, in the format of a reference manager."""
        if not self.network.version:
            return self._not_found(address)
        path = _with_query(address.path, query)
        if address.path == "/" or address.path.startswith("/city/"):
            cited = make_citable(self.network, self.network.cities.get(address.id))
        else:
            cited = make_citable_page(self.network, page.title, path[1:])
        name = f"{cited.key}.{address.format}"
        body = CITATION_FORMATS[address.format](cited).encode()
        return PageResponse(200, TEXT, body, file_name=name)

    def _render(self, template: str, page: SitePage, path: str, query: Mapping[str, str]) -> bytes:
        plain = quote(path, errors="replace")
        full = _with_query(plain, query)
        stem = _with_query("/index.{}" if path == "/" else f"{plain}.{{}}", query)
        is_citable = self.network.version and path != "/"
        text = self.templates.render(
            template,
            page=page,
            path=path,
            canonical=f"{self.site}{self.context.language.path}{full}",
            address=full,
            query_text=encode_query(query),
            picture=stem.format("png") if page.has_picture() else "",
            formats={
                "table": [(stem.format(ending), label) for ending, label in TABLE_LABELS.items() if page.has_table()],
                "picture": [(stem.format(ending), ending.upper()) for ending in PICTURE_FORMATS if page.has_picture()],
                "json": [(stem.format("json"), "JSON")],
                "citation": [(stem.format(ending), label) for ending, label in CITATION_LABELS.items()],
            },
            citation=cite_title(self.network, self.site, page.title, full) if is_citable else self.context.citation(),
            today=self.context.day.isoformat(),
        )
        return text.encode(errors="replace")

    def _picture(self, page: SitePage, address: _Address) -> PageResponse:
        picture = page.to_picture()
        if picture is None:
            return self._not_found(address)
        from ccn_kb.site import pictures

        svg = pictures.draw_svg(picture, self.templates, self._picture_source(address.path))
        if address.format == "svg":
            return PageResponse(200, SVG, svg.encode(errors="replace"))
        return PageResponse(200, PNG, pictures.draw_png(svg))

    def _badge(self, id: str) -> bytes:
        from ccn_kb.site.pictures import text_width

        designation = self.network.cities[id].designations[-1]
        text = describe_badge(designation, self.network.fields[designation.field].name)
        width = round(text_width(text, 13)) + 46
        return self.templates.render("badge.svg", text=text, field=designation.field, width=width).encode()

    def _picture_source(self, path: str) -> str:
        """Return the line under a picture: address or name, version, licence."""
        host = self.site.partition("://")[2]
        address = f"{host}{self.context.language.path}{path.rstrip('/')}"
        return " · ".join(
            [
                address if host else _("Creative Cities Knowledge Base"),
                f"ccn-kb {self.version}".strip(),
                LICENCE_NAME,
                _("not affiliated with UNESCO"),
                _("Land: Natural Earth"),
            ]
        )

    def _render_text(self, template: str) -> bytes:
        indexed = [page for page in PAGES if page.is_indexed]
        lists = [page.path for page in indexed if page.path_parameter is None]
        ids = {page.name: page.ids(self.index) for page in indexed}
        text = self.templates.render(
            template,
            addresses=[*lists, *(f"{page.path}/{id}" for page in indexed for id in ids[page.name])],
            citation=self.context.citation(),
            hidden=[page.path for page in PAGES if not page.is_indexed],
            ids=ids,
            today=self.context.day.isoformat(),
        )
        return text.encode()

    @cached_property
    def _openapi(self) -> bytes:
        from ccn_kb.site.openapi import describe_pages

        return describe_pages(self.context)

    @cached_property
    def _addressed_documents(self) -> Mapping[str, StoredDocument]:
        """The documents with links to the site, with its address if that is known, in the language of the pages."""
        from ccn_kb.site.documents import addressed_documents, translated_documents

        if not self.language.is_english:
            made = translated_documents(self.network, self.site)
        else:
            made = addressed_documents(self.network, self.site) if self.site else iter(())
        return {path: StoredDocument(type, body.encode()) for path, type, body in made}

    @cached_property
    def _graph(self) -> bytes:
        """The network in RDF: made when it is first asked for, since it is as large as all else that is kept."""
        from ccn_kb.exports.linked_data import network_in_turtle

        return network_in_turtle(Contents(self.network, None, self.today, self.site)).encode()

    @cached_property
    def _vocabulary(self) -> bytes:
        """What the terms of the vocabulary in RDF mean."""
        from ccn_kb.exports.linked_data import vocabulary_in_turtle

        return vocabulary_in_turtle().encode()

    @cached_property
    def _stored(self) -> StoredFiles:
        sent = {**self.documents, **self._addressed_documents}
        sizes = {path: len(document.body) for path, document in sent.items()}
        return StoredFiles(self._database.stat().st_size, sizes, count_rows(self._database))

    def _new_location(self, path: str, address: _Address, query: Mapping[str, str]) -> str | None:
        """Return where a page is now: a moved id, a code in small letters, the date of a form; None if not moved."""
        if path == DATE_FORM_PATH:
            return f"{DATE_FORM_PATH}/{quote(query.get('date') or self.today.isoformat(), safe='')}"
        if path != "/" and path.endswith("/"):
            return f"/{quote(path.strip('/'), errors='replace')}"
        id, name = address.id, address.page.name if address.page else ""
        if name == "city":
            id = self.network.city_id(id) or id
        elif name == "country" and id.upper() in self.network.countries:
            id = id.upper()
        elif id.lower() in self.ids.get(name, ()):
            id = id.lower()
        if id == address.id:
            return None
        if address.format == EMBED:
            return f"/{EMBED}/{name}/{id}"
        return f"/{name}/{id}{f'.{address.format}' if address.format else ''}"

    # -- errors --------------------------------------------------------------------------------

    def _not_found(self, address: _Address, why: str = "", wanted: str = "", kind: str = "") -> PageResponse:
        """Return the 404 page: the reason, and suggestions for the wanted text or the last part of the path.

        If a record of a kind was wanted, or the value of a parameter that names one, others of the kind are suggested.
        """
        if not why:
            wanted, kind = address.path.rpartition("/")[2], address.page.name if address.page else ""
        suggestions = suggest(self.context, wanted, kind)
        return self._error(error_page(404, why or self._explain_missing(address), suggestions), address)

    def _error(self, page: ErrorPage, address: _Address) -> PageResponse:
        if address.format in ("", EMBED):
            return PageResponse(page.status, HTML, self._render("page_error.html", page, address.path, {}))
        # What went wrong in the server has nothing but its status and sentence.
        shown = page if page.status in (400, 404) else ErrorAnswer(ok=False, status=page.status, error=page.error)
        return PageResponse(page.status, JSON, shown.model_dump_json(indent=1).encode())

    def _explain_missing(self, address: _Address) -> str:
        parameter = address.page.path_parameter if address.page else None
        if parameter is None:
            return ""
        if parameter.missing:
            return gettext(parameter.missing, id=address.id[:80])
        return explain_date(address.id, self.today.isoformat())


class _Address(NamedTuple):
    """A path taken apart: the page's own address, the format that the ending names, the kind of page, and the id."""

    path: str
    format: str
    page: PageRegistration | None
    id: str

    @property
    def parameters(self) -> Mapping[str, Parameter] | None:
        """The query parameters, None if no page has the address."""
        if self.path == DATE_FORM_PATH:
            return DATE_FORM
        return self.page.parameters if self.page else None


def _with_query(path: str, query: Mapping[str, str]) -> str:
    """Return a path with the parameters that have a value."""
    text = encode_query(query)
    return f"{path}?{text}" if text else path


def _whole_table_in(path: str) -> str:
    """Return the name of the table of which a path is that of all rows, empty if it is none."""
    folder, _, file = path.rpartition("/")
    name, _, ending = file.partition(".")
    return name if folder == "/data" and ending in ("json", *TABLE_FORMATS) and name in _WHOLE_TABLES else ""


def _parse(path: str) -> _Address:
    plain, format = _split_format(path)
    if page := _BY_PATH.get((plain, False)):
        return _Address(plain, format, page, "")
    start, _, id = plain.rpartition("/")
    return _Address(plain, format, _BY_PATH.get((start, True)) if id else None, id)


def _split_format(path: str) -> tuple[str, str]:
    if path == f"/{EMBED}" or path.startswith(f"/{EMBED}/"):
        return path.removeprefix(f"/{EMBED}") or "/", EMBED
    for format in ("json", *TABLE_FORMATS, *PICTURE_FORMATS, *CITATION_FORMATS):
        if path.endswith(f".{format}"):
            plain = path.removesuffix(f".{format}")
            return "/" if plain == "/index" else plain, format
    return path, ""
