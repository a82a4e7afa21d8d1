"""How to cite the data, or a city in it: a sentence, BibTeX, CSL-JSON and RIS, with the version and its date."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from pylatexenc.latexencode import UnicodeToLatexEncoder

from ccn_kb.exports.json_rows import to_json
from ccn_kb.model.dates import format_date
from ccn_kb.model.licence import LICENCE_NAME
from ccn_kb.model.records import City
from ccn_kb.network import Network
from ccn_kb.version import split_version

TYPE = "text/plain"
AUTHOR = "The ccn-kb contributors"
TITLE = "ccn-kb: the knowledge base of the UNESCO Creative Cities Network"
_LATEX = UnicodeToLatexEncoder(
    replacement_latex_protection="braces", unknown_char_policy="keep", unknown_char_warning=False
)


@dataclass(frozen=True)
class Citable:
    """What is cited: the data as a whole, or the entry of a city in it."""

    key: str
    entry: str
    version: str
    date: datetime.date

    @property
    def edition(self) -> str:
        return f"Version {self.version}, data of {format_date(self.date.isoformat())}"


def make_citable(network: Network, city: City | None = None) -> Citable:
    """Return the data, or a city's entry, as a work. Raises ValueError if the data says no version."""
    entry = f"{city.name}, {network.countries[city.country].name}" if city else ""
    return Citable(city.id if city else "ccn-kb", entry, network.version, split_version(network.version)[1])


def to_text(cited: Citable, address: str = "") -> str:
    """Return one sentence, with the address at its end where one is known."""
    title = f"{cited.entry}. In {TITLE}" if cited.entry else TITLE
    sentence = f"{AUTHOR} ({cited.date.year}). {title}. {cited.edition}. {LICENCE_NAME}."
    return f"{sentence} {address}" if address else sentence


def to_bibtex(cited: Citable) -> str:
    """Return a BibTeX entry in ASCII where LaTeX has a command for the letter; braces keep the capitals."""
    titles = {"title": cited.entry, "booktitle": TITLE} if cited.entry else {"title": TITLE}
    fields = {
        "author": f"{{{_to_latex(AUTHOR)}}}",
        **{name: f"{{{_to_latex(value)}}}" for name, value in titles.items()},
        "year": str(cited.date.year),
        "month": str(cited.date.month),
        "version": cited.version,
        "note": _to_latex(f"{cited.edition}. {LICENCE_NAME}"),
    }
    kind = "incollection" if cited.entry else "misc"
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@{kind}{{{cited.key}-{cited.version},\n{lines}}}\n"


def _to_latex(text: str) -> str:
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
        ("N1", f"{cited.edition}. {LICENCE_NAME}"),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {value}\n" for tag, value in tags)
