"""Workbooks of LibreOffice, written by hand."""

from __future__ import annotations

import io
import zipfile

NAMES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'


def opendocument(rows: str) -> bytes:
    """Return a workbook whose only sheet, called A, has these columns and rows."""
    content = (
        f'<?xml version="1.0"?><office:document-content{NAMES}><office:body><office:spreadsheet><table:table '
        f'table:name="A">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
    return target.getvalue()


def cell_of(text: str, *, rows: int = 1, columns: int = 1, covered: bool = False) -> str:
    """Return a cell with a text, which spans rows and columns, or is covered by one that does."""
    name = "table:covered-table-cell" if covered else "table:table-cell"
    spans = f'table:number-rows-spanned="{rows}" table:number-columns-spanned="{columns}"'
    return f'<{name} office:value-type="string" {spans}><text:p>{text}</text:p></{name}>'


def row_of(*cells: str, attributes: str = "") -> str:
    """Return a row; a cell that begins with `<` is written as it is."""
    written = (cell if cell.startswith("<") else cell_of(cell) for cell in cells)
    return f"<table:table-row {attributes}>{''.join(written)}</table:table-row>"
