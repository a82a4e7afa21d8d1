"""The sources as a bibliography: BibTeX for LaTeX, and CSL-JSON for Zotero, Pandoc and citeproc."""

from __future__ import annotations

from collections.abc import Iterator

from ccn_kb.exports.citation_formats import to_latex
from ccn_kb.exports.contents import Contents, ExportFile
from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.model.records import Source


def files(contents: Contents) -> Iterator[ExportFile]:
    """Yield the sources in both formats, by id."""
    sources = sorted(contents.network.sources.values(), key=lambda source: source.id)
    entries = "\n".join(map(to_bibtex_entry, sources))
    yield ExportFile("sources.bib", entries.encode(), len(sources))
    yield ExportFile("sources.csl.json", to_bytes([to_csl_item(source) for source in sources]), len(sources))


def to_bibtex_entry(source: Source) -> str:
    """Return a BibTeX entry whose key is the id of the source; without a title, its address is the title."""
    published = source.published or ""
    archived = f"; archived copy: {to_latex(source.archived)}" if source.archived else ""
    fields = {
        "author": f"{{{to_latex(source.publisher)}}}",
        "title": f"{{{to_latex(source.title or source.url)}}}",
        "year": published[:4],
        "month": published[5:7].lstrip("0"),
        "url": source.url,
        "urldate": source.accessed,
        "language": source.lang or "",
        "note": f"Accessed {source.accessed}; {source.kind} source{archived}",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{source.id},\n{lines}}}\n"


def to_csl_item(source: Source) -> dict[str, object]:
    """Return a CSL-JSON item whose id is that of the source."""
    item: dict[str, object | None] = {
        "id": source.id,
        "type": "webpage",
        "title": source.title or source.url,
        "author": [{"literal": source.publisher}],
        "publisher": source.publisher,
        "issued": {"date-parts": [_date_parts(source.published)]} if source.published else None,
        "accessed": {"date-parts": [_date_parts(source.accessed)]},
        "URL": source.url,
        "archive_location": source.archived,
        "language": source.lang,
        "note": f"{source.kind} source",
    }
    return {name: value for name, value in item.items() if value is not None}


def _date_parts(date: str) -> list[int]:
    return [int(part) for part in date.split("-")]
