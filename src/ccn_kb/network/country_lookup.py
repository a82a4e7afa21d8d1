"""Which country, or part of one, a text means: codes, flags, and names in all languages of CLDR."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from ccn_kb.model.records import Country
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
    "KR": "Korea, Rep.|Republic of Korea|Korea, Republic of|Rep. of Korea|S. Korea",
    "KP": "Korea, Dem. People's Rep.|Korea, Dem. Rep.|Democratic People's Republic of Korea|DPR Korea|DPRK|N. Korea",
    "CD": "Congo, Dem. Rep.|Democratic Republic of the Congo|Democratic Republic of Congo|DR Congo|DRC"
    "|Congo, Democratic Republic of the|Congo (Kinshasa)",
    "CG": "Congo, Rep.|Congo|Republic of the Congo|Republic of Congo|Congo (Brazzaville)",
    "SK": "Slovak Republic",
    "KG": "Kyrgyz Republic",
    "LA": "Lao PDR|Lao People's Democratic Republic",
    "SY": "Syrian Arab Republic",
    "RU": "Russian Federation",
    "BN": "Brunei Darussalam",
    "TZ": "United Republic of Tanzania",
    "PS": "West Bank and Gaza|State of Palestine|Palestine",
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
_BRACKETED = re.compile(r"^([^\[(（]+)[\[(（]([^\[\](（)）]+)[\])）]?\s*$")
_SPELT_LETTERS = re.compile(r"^(?:\w )+\w$")
STATE_WORDS = frozenset(
    words(
        """republic republique republica repubblica republik republiek republika cumhuriyeti республика kingdom royaume
        reino regno königreich koninkrijk state states etat etats estado estados stato staat islamic islamique
        plurinational plurinacional federation federated federation federacion special sar ras rae former democratic
        kongedømme territories rep dem fed sts rb arab bolivarian people peoples socialist commonwealth union"""
    )
)
LITTLE_WORDS = frozenset(words("the of and de la le les du des del el s y et di"))
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
# The flags of England, Scotland and Wales are a black flag and letters that do not show.
_TAGGED_FLAG = re.compile("\U0001f3f4([\U000e0061-\U000e007a]+)\U000e007f")


class Territory(NamedTuple):
    """A country by its code, and the ISO 3166-2 code of the part of it that a text names."""

    country: str
    subdivision: str | None = None


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
        for name in (whole, re.sub(r"^st ", "saint ", whole)):
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
                return self._find_form(name)
        every = [*words(text)]
        while len(every) > 1 and (every[0] in STATE_WORDS or every[0] in LITTLE_WORDS):
            del every[0]
        if len(every) < len(words(text)) and (territory := self._find_form(" ".join(every))):
            return territory
        names = [part for part in re.split(r"\s*[/|;]\s*|\s+[-–—]\s+", text) if part.strip()]
        meant = {self._find_form(name) for name in names} if len(names) > 1 else set()
        return next(iter(meant)) if len(meant) == 1 else None


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
