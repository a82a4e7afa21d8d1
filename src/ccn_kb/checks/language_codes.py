"""The rule for the tags of languages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ccn_kb.checks.context import Context, Finding
from ccn_kb.model.text import words
from ccn_kb.network import RECORD_KINDS

# Groups of languages with a code of ISO 639-2, such as Nahuatl, which CLDR leaves out.
GROUPS = frozenset(
    words(
        """afa alg apa art ath aus bad bai bat ber bnt btk cai cau cel cmc cpe cpf cpp crp cus day dra fiu gem him ijo
        inc ine ira iro kar khi kro map mkh mno mun myn nah nai nic nub oto paa phi pra roa sai sal sem sio sit sla smi
        son ssa tai tup tut wak wen ypk znd"""
    )
)
LANGUAGES = "https://www.iana.org/assignments/language-subtag-registry"


def language_tag(context: Context) -> Iterator[Finding]:
    """Every language tag begins with the code of a language that CLDR knows, in its usual form."""
    for kind in RECORD_KINDS:
        for record in context.network.records(kind).values():
            for path, part in record.nested_records():
                tag = getattr(part, "lang", None)
                if tag and not _is_language(tag.partition("-")[0]):
                    code, hyphen, rest = tag.partition("-")
                    meant = _meant(code)
                    fix = f"did you mean {meant}{hyphen}{rest}?" if meant else f"write a code of {LANGUAGES}"
                    message = f"{code!r} is not the code of a language"
                    yield Finding(kind, str(record.id), (*path, "lang"), message, fix)


@cache
def _is_language(code: str) -> bool:
    from babel import Locale
    from babel.core import get_global

    # Montenegrin has a code of its own, for which CLDR uses Serbian in Montenegro.
    is_variety = "_" in get_global("language_aliases").get(code, "")
    return code in GROUPS or code in Locale("en").languages or code in get_global("likely_subtags") or is_variety


def _meant(code: str) -> str:
    """Return the usual code of a language for another code of it, or for the code of a country; '' for others."""
    from babel.core import get_global

    country: str = get_global("likely_subtags").get(f"und_{code.upper()}", "")
    meant: str = get_global("language_aliases").get(code) or country.partition("_")[0]
    return meant
