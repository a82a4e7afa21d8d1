"""Which country, or part of one, a text means: codes, flags, and names in all languages of CLDR."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from ccn_kb.model.records import City, Country
from ccn_kb.model.text import key, words
from ccn_kb.network.name_tables import country_codes

# Parts of a state that lists name instead of it, with their ISO 3166-2 code where the state has such a subdivision.
PARTS: Mapping[str, str] = {
    "GB-ENG": "England|Angleterre|Inglaterra|Inghilterra|Engeland|Anglia|Англия|إنجلترا|英格兰|イングランド|잉글랜드",
    "GB-SCT": "Scotland|Écosse|Escocia|Escócia|Scozia|Schottland|Schotland|Szkocja|İskoçya|Шотландия|اسكتلندا|苏格兰"
    "|スコットランド|스코틀랜드",
    "GB-WLS": "Wales|Pays de Galles|Gales|País de Gales|Galles|Walia|Galler|Уэльс|ويلز|威尔士|ウェールズ|웨일스",
    "GB-NIR": "Northern Ireland|Irlande du Nord|Irlanda del Norte|Irlanda do Norte|Irlanda del Nord|Nordirland"
    "|Noord-Ierland|Irlandia Północna|Kuzey İrlanda|Северная Ирландия|أيرلندا الشمالية|北爱尔兰|北アイルランド"
    "|북아일랜드",
    "CN-MO": "Macao SAR|Macau SAR|RAS de Macao|RAE de Macao|RAE de Macau|Macao SAR China|Macau SAR China"
    "|澳門|澳门|マカオ|마카오|Макао",
    "CN-HK": "Hong Kong|Hong Kong SAR|RAS de Hong Kong|RAE de Hong Kong|Hong Kong SAR China",
}
# Forms of the World Bank, the United Nations and ISO that no rule below leads to a name of CLDR.
_FORMS: Mapping[str, str] = {
    "KR": "Южная Корея",
    "KP": "DPR Korea|DPRK",
    "CD": "DR Congo|DRC|Congo, DR|Congo DRC|Congo (Kinshasa)|Демократическая Республика Конго|刚果民主共和国"
    "|コンゴ民主共和国|콩고민주공화국",
    "CN": "PRC|P.R. China|China, P.R.",
    "MX": "United Mexican States|Estados Unidos Mexicanos",
    "TR": "터키",
    "CG": "Congo|Congo (Brazzaville)",
    "SK": "Slovak Republic",
    "KG": "Kyrgyz Republic",
    "LA": "Lao PDR|Lao People's Democratic Republic",
    "SY": "Syrian Arab Republic",
    "RU": "Russian Federation",
    "BN": "Brunei Darussalam",
    "TZ": "United Republic of Tanzania",
    "PS": "West Bank and Gaza|State of Palestine|Palestine|Occupied Palestinian Territory",
    "GB": "Great Britain|Britain|United Kingdom of Great Britain and Northern Ireland",
    "US": "America|United States of America",
    "NL": "Holland",
    "MM": "Burma",
    "SZ": "Swaziland",
    "CV": "Cape Verde",
    "TL": "East Timor",
    "MK": "Macedonia|FYROM|The former Yugoslav Republic of Macedonia",
    "VA": "Holy See",
    "IN": "Bharat",
}
# Names that two states share; texts of the first state that add "democratic" or "people's" mean the second.
_SHARED_NAMES: Mapping[tuple[str, str], str] = {
    ("KR", "KP"): "Korea|Corée|Corea|Coreia|Kore|Корея|كوريا|코리아",
    ("CG", "CD"): "Congo|Kongo|Конго|الكونغو|刚果|コンゴ|콩고",
}
DEMOCRATIC = frozenset(
    words(
        """dem dém democratic democratique democratica democratico demokratische people peoples popular populaire
        popolare"""
    )
)
REPUBLIC = frozenset(words("rep republic republique republica repubblica republik republiek republika"))
# Abbreviations of lists and maps, such as those of Natural Earth.
SHORT_WORDS: Mapping[str, str] = {
    "st": "saint", "n": "north", "s": "south", "eq": "equatorial", "is": "islands", "rep": "republic",
    "herz": "herzegovina",
}  # fmt: skip
_BRACKETED = re.compile(r"^([^\[(（]+)[\[(（]([^\[\](（)）]+)[\])）]?\s*$")
_SPELT_LETTERS = re.compile(r"^(?:\w )+\w$")
STATE_WORDS = frozenset(
    words(
        """republic republique republica repubblica republik republiek republika cumhuriyeti республика kingdom royaume
        reino regno königreich koninkrijk state states etat etats estado estados stato staat islamic islamique
        plurinational plurinacional federation federated federation federacion special sar ras rae former kongedømme
        territories fed sts rb arab bolivarian socialist commonwealth union"""
    )
)
STATE_WORDS |= DEMOCRATIC | REPUBLIC
LITTLE_WORDS = frozenset(words("the of and de la le les du des del el y et di"))
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
# The flags of England, Scotland and Wales are a black flag and letters that do not show.
_TAGGED_FLAG = re.compile("\U0001f3f4([\U000e0061-\U000e007a]+)\U000e007f")


class Territory(NamedTuple):
    """A country by its code, and the ISO 3166-2 code of the part of it that a text names."""

    country: str
    subdivision: str | None = None


def is_in(city: City, places: Iterable[Collection[Territory]]) -> bool:
    """Return whether a city is in one of the places that each part of a text may mean."""
    own = {None, *(part.code for part in city.subdivisions)}
    return all(any(place.country == city.country and place.subdivision in own for place in meant) for meant in places)


class CountryLookup:
    """The countries of a network by all of their names; territories outside the network are recognised, too."""

    def __init__(self, countries: Mapping[str, Country]) -> None:
        """Store the countries."""
        self._countries = countries

    @cached_property
    def names(self) -> Mapping[str, Territory]:
        names: dict[str, Territory] = {}
        for code, texts in PARTS.items():
            if code[:2] in self._countries:
                _add(names, texts.split("|"), Territory(code[:2], code))
        for country in self._countries.values():
            for code in country.territories:
                _add(names, _names_of_code(country, code), Territory(country.id, f"{country.id}-{code}"))
        for country in self._countries.values():
            own = (country.id, country.alpha3, country.name, country.name_fr, country.official or country.name)
            _add(names, (*own, *country.aliases, *(name.value for name in country.names)), Territory(country.id))
        for code, forms in _FORMS.items():
            _add(names, forms.split("|"), Territory(code))
        return names

    @cached_property
    def shared(self) -> Mapping[str, tuple[Territory, Territory]]:
        """The states of each name that two states share, the republic before the democratic or people's republic."""
        return {
            country_key(name): (Territory(republic), Territory(democratic))
            for (republic, democratic), names in _SHARED_NAMES.items()
            for name in names.split("|")
        }

    @cached_property
    def parents(self) -> Mapping[str, Territory]:
        """The territories that UNESCO counts under a country, by their own codes."""
        return {
            code: Territory(country.id, f"{country.id}-{code}")
            for country in self._countries.values()
            for code in country.territories
        }

    def find(self, text: str) -> Territory | None:
        """Return what a text names: Japan, JPN, 日本, "Korea, Rep.", "België / Belgique", a flag; None for nothing."""
        if len(text) > 200:
            return None
        if (flag := flag_of(text)) and not re.search(r"\w", without_flags(text)):
            return self.parents.get(flag, Territory(flag))
        return self._find_form(text) or self._find_in_parts(text)

    def meanings(self, text: str) -> tuple[Territory, ...]:
        """Return every territory that a text may mean: Korea is two states, Japan one."""
        territory = self.find(text)
        return self.shared.get(country_key(text), (territory,) if territory else ())

    def part(self, text: str) -> Territory | None:
        """Return the part of a country that a text names, such as Scotland or Macao; None for a whole country."""
        territory = self.find(text)
        return territory if territory and territory.subdivision else None

    def is_country_name(self, text: str) -> bool:
        """Return whether a text is the name, and not a code, of a country in the network."""
        territory = self.find(text) if len(key(text)) > 3 or not text.isascii() else None
        return territory is not None and territory.subdivision is None and territory.country in self._countries

    def _find_form(self, text: str) -> Territory | None:
        whole = country_key(text)
        if _SPELT_LETTERS.match(whole):
            whole = whole.replace(" ", "")
        for name in (whole, " ".join(SHORT_WORDS.get(word, word) for word in whole.split())):
            if name in self.names:
                return self.names[name]
            if code := country_codes().get(name):
                return self.parents.get(code, Territory(code))
        return None

    def _find_in_parts(self, text: str) -> Territory | None:
        """Return the country of a text with words that states add, or with its name in several languages."""
        bracket = _BRACKETED.match(text)
        first, comma, rest = text.partition(",")
        for name, added in ((bracket[1], bracket[2]) if bracket else ("", ""), (first, rest) if comma else ("", "")):
            extra = set(words(added))
            if name.strip() and extra and extra <= STATE_WORDS | LITTLE_WORDS:
                return self._find_state(name, extra)
        every = [*words(text)]
        dropped = set()
        while len(every) > 1 and (every[0] in STATE_WORDS or every[0] in LITTLE_WORDS):
            dropped.add(every.pop(0))
        if dropped and (territory := self._find_state(" ".join(every), dropped)):
            return territory
        names = [part for part in re.split(r"\s*[/|;]\s*|\s+[-–—]\s+", text) if part.strip()]
        meant = {self._find_form(name) for name in names} if len(names) > 1 else set()
        return next(iter(meant)) if len(meant) == 1 else None

    def _find_state(self, name: str, added: Collection[str]) -> Territory | None:
        """Return the state of a name and the words of its form, which tell the Congos, Koreas and Chinas apart."""
        is_democratic = not DEMOCRATIC.isdisjoint(added)
        is_republic = not REPUBLIC.isdisjoint(added)
        states = self.shared.get(country_key(name))
        if states and (is_democratic or is_republic):
            return states[is_democratic]
        territory = self._find_form(name)
        # "Republic of China" is not the People's Republic.
        return None if is_republic and not is_democratic and territory == Territory("CN") else territory


def _names_of_code(country: Country, code: str) -> Iterator[str]:
    """Yield the aliases of a country that are the code of a territory in it, or a name that CLDR has for that."""
    yield code
    codes = country_codes()
    for alias in country.aliases:
        if codes.get(key(alias)) == code or (alias.isupper() and alias[0] == code[0]):
            yield alias


def _add(names: dict[str, Territory], texts: Iterable[str], territory: Territory) -> None:
    # A name that two territories have is that of the first.
    for text in texts:
        for name in {key(text), country_key(text)} - {""}:
            names.setdefault(name, territory)


def country_key(text: str) -> str:
    """Return the folded name of a country without its article."""
    return key(text).removeprefix("the ")


def flag_of(text: str) -> str | None:
    """Return the country code of the first flag in a text."""
    if match := _FLAG.search(text):
        return "".join(chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in match[0])
    if tagged := _TAGGED_FLAG.search(text):
        return "".join(chr(ord(letter) - 0xE0000) for letter in tagged[1])[:2].upper()
    return None


def without_flags(text: str) -> str:
    """Return a text without flags."""
    return _TAGGED_FLAG.sub(" ", _FLAG.sub(" ", text))
