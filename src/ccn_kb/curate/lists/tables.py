"""Tables of any kind: finds the header row; rows above it are titles, rows below it are cities."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from ccn_kb.curate.lists.announcement import HEAD, Announcement, add_entry, add_head, head_of, shown
from ccn_kb.curate.lists.decoding import mojibake
from ccn_kb.curate.lists.line_reader import MAX_LINE, HeadingContext, read_line
from ccn_kb.curate.lists.plain_text import TOTAL_WORDS, Line, read_lines, read_text_line, stated_figures
from ccn_kb.curate.vocabulary import Vocabulary
from ccn_kb.model.text import key, words

REQUIRED = ("name", "country", "field")
_HEADERS: Mapping[str, str] = {
    "name": "name|city|city name|name of the city|creative city|member city|cities|town|ville|nom|nom de la ville|"
    "ciudad|nombre|nombre de la ciudad|città|nome|nome della città|cidade|nome da cidade|stadt|name der stadt|"
    "stad|naam|miasto|nazwa|şehir|kent|il|город|название|المدينة|مدينة|城市|城市名称|城市名|都市|都市名|도시|도시명",
    "country": "country|country name|state|member state|nation|country or territory|country territory|pays|état|"
    "état membre|país|estado miembro|paese|stato|stato membro|nazione|land|staat|mitgliedstaat|lidstaat|kraj|"
    "państwo|ülke|страна|государство|البلد|الدولة|国家|国|国名|国家地区|국가|나라",
    "field": "field|creative field|creative_field|field of creativity|category|discipline|designation|domaine|"
    "domaine créatif|champ créatif|catégorie|discipline|campo|campo creativo|ámbito|ámbito creativo|categoría|"
    "settore|settore creativo|ambito|ambito creativo|campo criativo|área|área criativa|categoria|"
    "bereich|kreativbereich|kreativfeld|kategorie|feld|sparte|vakgebied|gebied|creatief veld|categorie|dziedzina|"
    "dziedzina twórcza|kategoria|alan|yaratıcı alan|kategori|направление|область|творческая область|категория|"
    "المجال|المجال الإبداعي|الفئة|领域|创意领域|类别|分野|創造分野|部門|분야|창의분야",
    "date": "date|since|designated|date of designation|datum|fecha|data|дата|日期|날짜",
    "source": "source|sources|url|quelle|fuente|fonte|источник|来源|出典|출처",
    "latitude": "latitude|lat|latitud|latitudine|breite|breitengrad|широта|纬度|緯度|위도",
    "longitude": "longitude|lon|lng|long|longitud|longitudine|länge|längengrad|долгота|经度|経度|경도",
    "geonames": "geonames|geonames id|geonameid|geoname id",
    "wikidata": "wikidata|wikidata id|wikidata qid|qid|id wikidata|id de wikidata|wikidata kennung|wikidata numarası|"
    "викиданные|ويكي بيانات|معرف ويكي بيانات|维基数据|維基數據|ウィキデータ|위키데이터",
    "subdivision": "subdivision|iso 3166 2|subdivision code|subdivisión|subdivisão|suddivisione|untergliederung|"
    "onderverdeling|jednostka podziału|alt bölüm|код iso 3166 2|التقسيم الإداري|"
    "一级行政区|一級行政區|行政区画|행정구역",
    "unesco_page": "unesco page|unesco pages|unesco web page|page unesco|page de l unesco|página unesco|"
    "página de la unesco|página da unesco|pagina unesco|pagina dell unesco|unesco seite|unesco pagina|strona unesco|"
    "unesco sayfası|страница юнеско|صفحة اليونسكو|教科文组织网页|教科文組織網頁|ユネスコのページ|유네스코 페이지",
    "known_for": "known for|topics|specialities|specialties|connue pour|spécialités|conocida por|especialidades|"
    "conhecida por|nota per|specialità|bekannt für|spezialitäten|bekend om|bekend voor|znane z|specjalności|"
    "neyiyle ünlü|известен|чем известен|تشتهر ب|معروفة ب|闻名于|聞名於|特色|有名なもの|特産|알려진 것|특산물",
    "names": "names|other names|alternative names|alternate names|autres noms|otros nombres|"
    "outros nomes|altri nomi|andere namen|weitere namen|inne nazwy|diğer adlar|другие названия|"
    "أسماء أخرى|其他名称|其他名稱|別名|다른 이름",
    "population": "population|inhabitants|habitants|población|habitantes|população|popolazione|abitanti|einwohner|"
    "bevölkerung|inwoners|bevolking|ludność|liczba mieszkańców|nüfus|население|عدد السكان|السكان|人口|인구",
}
COLUMN_OF = {key(name): column for column, names in _HEADERS.items() for name in names.split("|")}
MAX_ROWS = 2_000


class Row(NamedTuple):
    """A row of a table: its line in the file, and its cells."""

    number: int
    cells: list[str]

    @property
    def text(self) -> str:
        return "\t".join(self.cells).strip()


def delimited_rows(text: str, list_read: Announcement) -> list[Row]:
    """Return the rows of a CSV or TSV text, with cells separated by `,`, `;`, `|` or tab."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAX_LINE:
            message = f"the line has {len(line):,} characters"
            list_read.refuse(number, "size", message, "write one city per line", line)
            return []
    first_line, _, rest = text.partition("\n")
    number = 1
    if re.fullmatch(r"\s*sep=.\s*", first_line, re.IGNORECASE):
        delimiter, text, number = first_line.strip()[4], rest, 2
        list_read.leave(1, first_line, "separator of the columns", used=True)
    else:
        delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    start = number
    try:
        for cells in reader:
            rows.append(Row(start, [" ".join(cell.split()) for cell in cells]))
            start = number + reader.line_num
    except csv.Error as error:
        fix = "close every quotation mark that is opened"
        rest_of_file = " ".join(text.split("\n")[start - number :])
        list_read.refuse(start, "table", f"the row cannot be read: {error}", fix, rest_of_file)
    return rows


def _delimiter(text: str) -> str:
    """Return the separator of the cells: the character of which most lines have the same number."""
    lines = [line for line in text.split("\n")[:50] if line.strip() and not head_of(line.rstrip(",;\t|"))]

    def score(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual) if usual else 0, max(counts, default=0))

    return max("\t;|,", key=score)


def read_table(
    list_read: Announcement, rows: Iterable[Row], vocabulary: Vocabulary, title: str = "", *, plain: bool = False
) -> None:
    """Read the rows of a table; `title` is the name of its sheet, `plain` rows are lines where no columns are named."""
    filled = [row for row in rows if any(cell.strip() for cell in row.cells)]
    if len(filled) > MAX_ROWS:
        message = f"the table has more than {MAX_ROWS:,} rows"
        list_read.refuse(filled[MAX_ROWS].number, "size", message, "load one round at a time")
        return
    header = next((number for number, row in enumerate(filled) if columns_of(row.cells)), None)
    if header is None:
        _read_without_columns(list_read, filled, vocabulary, plain)
        return
    for row in filled[:header]:
        _read_row_above(list_read, row)
    _TableReader(list_read, vocabulary, filled[header], title).read(filled[header + 1 :])


def columns_of(cells: Sequence[str]) -> list[str] | None:
    """Return which column each cell names, '' for others; None if the cells do not name a city and more."""
    columns = [COLUMN_OF.get(key(cell), "") for cell in cells]
    if "name" not in columns and columns.count("names") == 1:
        # A column "Names" without another one has the cities themselves.
        columns[columns.index("names")] = "name"
    return columns if "name" in columns and ("country" in columns or "field" in columns) else None


def head_row(cells: Sequence[str]) -> tuple[str, str] | None:
    """Return key and value of a row such as `round: 2027` in one cell, or `round` and `2027` in two."""
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) not in (1, 2):
        return None
    return head_of(filled[0] if len(filled) == 1 else f"{filled[0].rstrip(':')}: {filled[1]}")


def _read_row_above(list_read: Announcement, row: Row) -> None:
    if head := head_row(row.cells):
        add_head(list_read, row.number, *head)
    else:
        list_read.leave(row.number, row.text, "title above the table", used=True)
        list_read.stated += stated_figures([Line(row.number, row.text)])


def _read_without_columns(list_read: Announcement, rows: list[Row], vocabulary: Vocabulary, plain: bool) -> None:
    """Read rows as lines of text; report the problem with a first row that seems to name columns."""
    first = next((row for row in rows if not head_row(row.cells)), None)
    misspelt = _misspelt_columns(first.cells) if first and not plain else {}
    if first and misspelt:
        for cell, near in misspelt.items():
            list_read.refuse(first.number, "column", f"unknown column {cell[:60]!r}", f"did you mean {near!r}?")
        return
    lines = []
    for row in rows:
        if head := head_row(row.cells):
            add_head(list_read, row.number, *head)
        else:
            lines.append(Line(row.number, row.text))
    read_lines(list_read, lines, vocabulary)
    if not list_read.entries and not list_read.problems:
        fix = f"begin with a row of columns: {', '.join(REQUIRED)}"
        list_read.refuse(1, "table", "no row names the columns, and no row is a city", fix)


def _misspelt_columns(cells: Sequence[str]) -> dict[str, str]:
    """Return unknown column names with the nearest known one, if the row is a header row."""
    keys = {cell: key(cell) for cell in cells if cell.strip()}
    if not any(name in COLUMN_OF for name in keys.values()):
        return {}
    near = {cell: get_close_matches(name, COLUMN_OF, n=1, cutoff=0.75) for cell, name in keys.items()}
    return {cell: match[0] for cell, match in near.items() if match and keys[cell] not in COLUMN_OF}


class _TableReader:
    """Reads the rows below a row of columns."""

    def __init__(self, list_read: Announcement, vocabulary: Vocabulary, header: Row, title: str) -> None:
        self.list_read = list_read
        self.vocabulary = vocabulary
        self.header = header
        self.columns = columns_of(header.cells) or []
        field_of_sheet = title if title and vocabulary.exact_field(title).id else None
        self.context = HeadingContext(field=field_of_sheet)

    def read(self, rows: Sequence[Row]) -> None:
        """Read all rows, if the columns are unambiguous."""
        if not self._has_sound_columns():
            return
        self.list_read.leave(self.header.number, self.header.text, "columns", used=True)
        before = len(self.list_read.entries) + len(self.list_read.problems)
        for row in rows:
            self._read_row(row)
        if len(self.list_read.entries) + len(self.list_read.problems) == before:
            number = self.header.number
            self.list_read.refuse(number, "table", "the table has no city", "write a row for each city")

    def _has_sound_columns(self) -> bool:
        pairs = list(zip(self.header.cells, self.columns, strict=True))
        unknown = [cell for cell, column in pairs if cell.strip() and not column]
        missing = [column for column in REQUIRED if column not in self.columns]
        if self.context.field and "field" in missing:
            missing.remove("field")
        sound = True
        misspelt = _misspelt_columns(self.header.cells)
        for column in missing:
            near = next((cell for cell, name in misspelt.items() if COLUMN_OF[name] == column), None)
            if near:
                fix = f"did you mean {misspelt[near]!r}?"
                self.list_read.refuse(self.header.number, "column", f"unknown column {near[:60]!r}", fix)
                sound = False
        for column in dict.fromkeys(column for column in self.columns if column and self.columns.count(column) > 1):
            message = f"two columns mean {column!r}"
            self.list_read.refuse(self.header.number, "column", message, "delete one of the two")
            sound = False
        if sound and "country" in missing:
            self.list_read.remarks.append(
                f"{self.list_read.line_word} {self.header.number}: no column gives the country"
            )
        if unknown and sound:
            names = ", ".join(cell[:40] for cell in unknown)
            self.list_read.remarks.append(f"columns that are not used: {names}")
        return sound

    def _read_row(self, row: Row) -> None:
        if head := head_row(row.cells):
            # A figure below the table is as good as one above it.
            add_head(self.list_read, row.number, *head)
            return
        if any(cell.strip() for cell in row.cells[len(self.columns) :]):
            message = f"the row has {len(row.cells)} cells, and the columns are {len(self.columns)}"
            fix = "quote what contains the separator, or delete the cell too many"
            self.list_read.refuse(row.number, "table", message, fix, row.text)
            return
        values = {
            column: cell.strip()
            for column, cell in zip(self.columns, row.cells, strict=False)
            if column and cell.strip()
        }
        if self._is_set_aside(row, values):
            return
        name, country = values.get("name", ""), values.get("country")
        field_text = values.get("field") or self.context.field or ""
        if not name or not field_text:
            self._refuse_incomplete(row, values)
            return
        extras: tuple[str, ...] = ()
        if country == name and not self.vocabulary.country(country).id:
            # A name that is merged over the column of countries is not a country, unless it is one, as "Singapore".
            country = None
        if country is None:
            name, country, extras = self._parted(name, field_text)
        country = country or self.context.country
        add_entry(
            self.list_read, self.vocabulary, row.number, row.text, name, country, field_text, extras=extras,
            cells=values,
        )  # fmt: skip

    def _is_set_aside(self, row: Row, values: Mapping[str, str]) -> bool:
        """Return whether a row is not a city: a heading, a total, a repeated header, or without cells in use."""
        filled = [cell for cell in row.cells if cell.strip()]
        if columns_of(row.cells) == self.columns:
            self.list_read.leave(row.number, row.text, "columns once more", used=True)
        elif before := mojibake(row.text):
            message = f"the text was decoded wrongly; it may be {shown(before)[:80]!r}"
            fix = "open the original again as UTF-8 and save it anew"
            self.list_read.refuse(row.number, "encoding", message, fix, row.text)
        elif (
            words(filled[0])
            and words(filled[0])[0] in TOTAL_WORDS
            # A merged cell has "Total" in the column of countries too.
            and not (values.get("country") not in (None, filled[0]) and values.get("field"))
        ):
            self.list_read.leave(row.number, row.text, "total row", used=True)
        elif len(filled) == 1 and (heading := read_line(filled[0], self.vocabulary, self.context).heading):
            self.context = heading
            self.list_read.leave(row.number, row.text, "heading for the rows below", used=True)
        elif not values.keys() & {"name", "field", "country"}:
            self.list_read.leave(row.number, row.text, "row without name, country and field")
        else:
            return False
        return True

    def _refuse_incomplete(self, row: Row, values: Mapping[str, str]) -> None:
        if len(values) == 1 and "name" in values and len(values["name"].split()) > 3:
            read_text_line(self.list_read, row.number, values["name"], self.vocabulary, self.context)
            return
        missing = " and the ".join(column for column in ("name", "field") if not values.get(column))
        message = f"the {missing} is missing"
        self.list_read.refuse(row.number, "missing", message, f"write the {missing}, or delete the row", row.text)

    def _parted(self, name: str, field_text: str) -> tuple[str, str | None, tuple[str, ...]]:
        """Return name, country and the words between them, of a cell such as `Granada (Nicaragua)`."""
        reading = read_line(f"{name}", self.vocabulary, HeadingContext(field=field_text))
        if len(reading.mentions) == 1 and reading.mentions[0].country:
            mention = reading.mentions[0]
            return mention.name, mention.country, mention.extras
        return name, None, ()


def unknown_head_hint(word: str) -> str:
    """Return what a key of the head or a column may mean."""
    near = get_close_matches(key(word), [*COLUMN_OF, *HEAD], n=1, cutoff=0.75)
    headers = ", ".join(_HEADERS)
    return f"did you mean {near[0]!r}?" if near else f"use {headers}; in the head {', '.join(HEAD)}"
