"""Updates the catalogues of the site's messages from the code, the templates and the data.

Run from the repository: .venv/bin/python -m release.messages
A new language is begun with: .venv/bin/python -m release.messages --new pt
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import ccn_kb
from ccn_kb.database.views import FOR_READERS
from ccn_kb.network.table_rows import TABLES_BY_NAME
from ccn_kb.site import languages
from ccn_kb.site.metadata import QUERIES

SITE = Path(languages.__file__).parent
EXPORTS = SITE.parent / "exports"
DATA = Path(__file__).resolve().parents[1] / "data"
HEADER = "# Messages of ccn-kb. Apache-2.0."
METHODS = [("**.py", "python"), ("templates/**", "jinja2")]
OPTIONS = {"templates/**": {"extensions": "jinja2.ext.i18n", "trimmed": "true", "silent": "false"}}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "N_": None,
    "NN_": (1, 2),
}


def extract_messages() -> Catalog:
    """Return the messages of the site in English, with the files that they are in."""
    template = Catalog(project="ccn-kb", charset="utf-8", fuzzy=False, header_comment=HEADER)
    for folder in (SITE, EXPORTS):
        extracted = extract_from_dir(
            folder, METHODS, OPTIONS, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
        )
        for file, _, message, comments, context in extracted:
            template.add(message, locations=[(file, 0)], auto_comments=comments, context=context)
    for place, message in _messages_of_data():
        template.add(message, locations=[(place, 0)])
    return template


def _messages_of_data() -> Iterator[tuple[str, str]]:
    network = ccn_kb.load(DATA)
    for field in network.fields.values():
        yield "data/fields.yaml", field.description
        for activity in field.activities:
            yield "data/fields.yaml", activity
    for group in network.country_groups.values():
        yield "data/country_groups.yaml", group.name
    for meeting in network.meetings():
        if not meeting.ordinal:
            yield "data/meetings", meeting.name
    for shown in FOR_READERS:
        yield "database", shown.description
        for column in TABLES_BY_NAME[shown.name].columns:
            yield "database", column.description
    for query in QUERIES.values():
        yield "site/metadata.py", query["title"]
        yield "site/metadata.py", query["description"]


def to_po(catalogue: Catalog) -> str:
    """Return a catalogue as the text of its file: no line numbers and no dates, which change without a reason."""
    stream = BytesIO()
    write_po(
        stream, catalogue, width=110, sort_by_file=True, include_lineno=False, omit_header=False, ignore_obsolete=True
    )
    lines = stream.getvalue().decode().splitlines(keepends=True)
    dated = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By')
    return "".join(line for line in lines if not line.startswith(dated))


def update_catalogue(path: Path, template: Catalog) -> str:
    """Return the text of a catalogue with the messages of the template, and the translations that it has of them."""
    tag = path.parents[1].name
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale=tag.replace("-", "_"))
    catalogue.update(template, no_fuzzy_matching=True)
    return to_po(catalogue)


def _is_translated(message: Message) -> bool:
    return all(message.string if isinstance(message.string, (list, tuple)) else (message.string,))


def main() -> None:
    """Write the catalogues."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--new", metavar="TAG", help="language tag of a new catalogue")
    options = parser.parse_args()
    template = extract_messages()
    if options.new:
        path = languages.LOCALES / options.new / "LC_MESSAGES" / f"{languages.DOMAIN}.po"
        path.parent.mkdir(parents=True)
        path.write_text(
            to_po(Catalog(locale=options.new.replace("-", "_"), project="ccn-kb", fuzzy=False, header_comment=HEADER)),
            encoding="utf-8",
        )
    for path in sorted(languages.LOCALES.glob(f"*/LC_MESSAGES/{languages.DOMAIN}.po")):
        path.write_text(update_catalogue(path, template), encoding="utf-8")
        with path.open("rb") as stream:
            missing = sum(1 for message in read_po(stream) if message.id and not _is_translated(message))
        sys.stdout.write(f"{path.parents[1].name}: {len(template)} messages, {missing} to translate\n")


if __name__ == "__main__":
    main()
