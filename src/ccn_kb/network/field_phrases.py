"""Creative fields in phrases: "UNESCO City of Film", "Crafts & Folk Art", 文學之都."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from ccn_kb.model.records import CreativeField
from ccn_kb.model.text import key, words

# Words around the name of a field: "UNESCO Creative City of Film", "Città creative per la musica", "Edebiyat Kenti".
AROUND = frozenset(
    words(
        """unesco as in the a of for new members member field category designation creative city cities town
        are sont son sind sao zijn area ambito domaine
        en tant que pour la le les l du des de d dans ville villes creative creatives nouvelles nouveaux membres
        como ciudad ciudades creativa creativas del de la el las los por para nuevas nueva
        als stadt staedte städte kreativstadt kreativstädte kreative kreativen der des die das für im bereich neue neuen
        come citta creativa creative della dello dei delle per il lo i nuove
        cidade cidades criativa criativas da do das dos de na no em novas nova
        stad steden creatieve van voor miasto miasta kreatywne kreatywnych w dziedzinie
        kent kenti kentleri kentler yaratıcı yaratici şehir şehri şehirleri şehirler alanında alanı
        город города городов творческий творческие творческих креативный креативные юнеско в области сфере
        مدينة المدينة مدن المدن الإبداعية المبدعة الابداعية إبداعية مبدعة لليونسكو اليونسكو في مجال"""
    )
)
AROUND_HAN = re.compile(
    "联合国教科文组织|聯合國教科文組織|ユネスコ|유네스코|创意城市|創意城市|創造都市|创意之都|創意之都|창의도시|城市|都市|도시|之都|之城|のまち|の街|"
    "部門|部门|分野|领域|領域|類別|类别|분야|부문"
)


def field_name_in(text: str, names: Container[str]) -> str | None:
    """Return which of the folded names of fields a text is, with or without words such as "City of"."""
    whole = key(text)
    if whole in names:
        return whole
    every = words(text.replace("&", " and "))
    start, end = 0, len(every)
    while start < end and every[start] in AROUND:
        start += 1
        if (name := " ".join(every[start:end])) in names:
            return name
    while start < end and every[end - 1] in AROUND:
        end -= 1
        if (name := " ".join(every[start:end])) in names:
            return name
    if not whole.isascii():
        # An Arabic preposition is written as one word with the article: "for music".
        arabic = " ".join(re.sub("^لل", "ال", word) for word in every[start:end])
        bare = key(re.sub("[のの的의]$", "", AROUND_HAN.sub("", text).strip()))
        return next((name for name in (arabic, bare) if name in names), None)
    return None


class FieldPhrase(NamedTuple):
    """The creative field that a text names, and the words of the text without it."""

    field: str
    rest: str


class FieldPhrases:
    """The creative fields of a network by their names."""

    def __init__(self, fields: Mapping[str, CreativeField]) -> None:
        """Store the fields."""
        self._fields = fields

    @cached_property
    def names(self) -> Mapping[str, str]:
        return {
            key(name): field.id
            for field in self._fields.values()
            for name in (
                *(translation.value for translation in field.names),
                *(field.id, field.name, field.name_fr, field.name_es, *field.aliases),
            )
        }

    def find(self, text: str) -> str | None:
        """Return the id of the field that a text names, with nothing but words such as "UNESCO City of" around it."""
        name = field_name_in(text, self.names)
        return self.names[name] if name else None

    def split(self, text: str) -> Iterator[FieldPhrase]:
        """Yield the fields that a text may name at its start or end with "City of", each with what remains.

        >>> next(network.field_phrases.split("UNESCO City of Literature Prague"))
        FieldPhrase(field='literature', rest='prague')
        """
        every = words(text.replace("&", " and "))
        for split in range(1, len(every)):
            first, last = every[:split], every[split:]
            if first[0] in AROUND and (field := self.find(" ".join(first))):
                yield FieldPhrase(field, " ".join(last))
            if last[0] in AROUND and (field := self.find(" ".join(last))):
                yield FieldPhrase(field, " ".join(first))
