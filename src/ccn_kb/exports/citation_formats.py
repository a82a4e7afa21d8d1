"""How to cite the data, or a city in it: a sentence, BibTeX, CSL-JSON and RIS, with the version and its date."""

from __future__ import annotations

from pylatexenc.latexencode import UnicodeToLatexEncoder

from ccn_kb.exports.json_rows import to_json
from ccn_kb.model.licence import LICENCE_NAME
from ccn_kb.network.citable import AUTHOR, PUBLISHER, TITLE, Citable, make_citable, to_text

__all__ = ["AUTHOR", "TITLE", "TYPE", "make_citable", "to_bibtex", "to_csl", "to_latex", "to_ris", "to_text"]

TYPE = "text/plain"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LATEX = UnicodeToLatexEncoder(
    replacement_latex_protection="braces", unknown_char_policy="keep", unknown_char_warning=False
)


def to_bibtex(cited: Citable) -> str:
    """Return a BibTeX entry in ASCII where LaTeX has a command for the letter; braces keep the capitals."""
    titles = {"title": cited.entry, "booktitle": TITLE} if cited.entry else {"title": TITLE}
    fields = {
        "author": f"{{{to_latex(AUTHOR)}}}",
        **{name: f"{{{to_latex(value)}}}" for name, value in titles.items()},
        "year": str(cited.date.year),
        "publisher": f"{{{to_latex(PUBLISHER)}}}",
        "version": cited.version,
        "url": cited.address,
        **({"doi": cited.doi} if cited.doi else {}),
        "note": to_latex(f"{cited.edition}. {LICENCE_NAME}"),
    }
    kind = "incollection" if cited.entry else "misc"
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    # BibTeX styles know the months by these macros, not by numbers.
    lines += f"  month = {_MONTHS[cited.date.month - 1]},\n"
    return f"@{kind}{{{cited.key}-{cited.version},\n{lines}}}\n"


def to_latex(text: str) -> str:
    """Return text for LaTeX, in ASCII where it has a command for the letter."""
    # BibTeX counts a brace with a backslash before it like any other, and braces have to match.
    escaped: str = _LATEX.unicode_to_latex(text)
    return escaped.replace(r"\{", r"{\textbraceleft}").replace(r"\}", r"{\textbraceright}")


def to_csl(cited: Citable) -> str:
    """Return CSL-JSON, as Zotero, Pandoc and citeproc read it."""
    titles = {"title": cited.entry, "container-title": TITLE} if cited.entry else {"title": TITLE}
    item = {
        "id": f"{cited.key}-{cited.version}",
        "type": "entry" if cited.entry else "dataset",
        **titles,
        "author": [{"literal": AUTHOR}],
        "issued": {"date-parts": [[cited.date.year, cited.date.month, cited.date.day]]},
        "version": cited.version,
        "publisher": PUBLISHER,
        "URL": cited.address,
        **({"DOI": cited.doi} if cited.doi else {}),
        "note": f"{cited.edition}. {LICENCE_NAME}",
    }
    return to_json([item])


def to_ris(cited: Citable) -> str:
    """Return RIS, as EndNote, Mendeley and Zotero read it."""
    titles = [("TI", cited.entry), ("T2", TITLE)] if cited.entry else [("TI", TITLE)]
    tags = [
        ("TY", "DATA"),
        ("ID", f"{cited.key}-{cited.version}"),
        ("AU", f"{AUTHOR},"),
        *titles,
        ("PY", str(cited.date.year)),
        ("DA", f"{cited.date:%Y/%m/%d}"),
        ("ET", cited.version),
        ("PB", PUBLISHER),
        ("UR", cited.address),
        *([("DO", cited.doi)] if cited.doi else []),
        ("N1", f"{cited.edition}. {LICENCE_NAME}"),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {value}\n" for tag, value in tags)
