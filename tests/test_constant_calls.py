"""What templates call with constants is made once, when they are compiled, and what depends on a page never is."""

from __future__ import annotations

from collections import Counter

import pytest
from jinja2 import DictLoader, StrictUndefined
from markupsafe import Markup

from ccn_kb.site.constant_calls import ConstantCallEnvironment

SHOWN = Markup("<b>%s</b>")


@pytest.mark.parametrize(
    ("template", "shown", "calls"),
    [
        ("{{ bold('a') }}", "<b>a</b>", 1),
        ("{{ bold('a' ~ 'b') }}", "<b>ab</b>", 1),
        ("{{ bold(bold('a')) }}", "<b><b>a</b></b>", 2),
        ("{% macro part(x) %}{{ bold('a') }}{{ x }}{% endmacro %}{{ part(word) }}", "<b>a</b>&lt;", 1),
        ("{% set x = bold('a') %}{{ x }}", "<b>a</b>", 1),
        ("{{ {'k': bold('a')}[key] }}", "<b>a</b>", 1),
        ("{{ bold('<') }}", "<b>&lt;</b>", 1),
        ("{{ bold(word) }}", "<b>&lt;</b>", 3),
        ("{{ bold(word=word) }}", "<b>&lt;</b>", 3),
        ("{{ bold(*['a']) }}", "<b>a</b>", 3),
        ("{{ other('a') }}", "a", 3),
    ],
)
def test_a_call_with_constants_is_made_once(template: str, shown: str, calls: int) -> None:
    made: Counter[str] = Counter()

    def bold(word: str) -> Markup:
        made["bold"] += 1
        return SHOWN % word

    def other(word: str) -> str:
        made["other"] += 1
        return word

    environment = ConstantCallEnvironment(
        loader=DictLoader({"page": template}), autoescape=True, undefined=StrictUndefined
    )
    environment.globals |= {"bold": bold, "other": other}
    environment.constant_functions = {"bold": bold}
    for _ in range(3):
        assert environment.get_template("page").render(word="<", key="k") == shown
    assert made.total() == calls


def test_templates_share_the_globals_of_their_environment() -> None:
    environment = ConstantCallEnvironment(loader=DictLoader({"page": "{{ name }}"}))
    template = environment.get_template("page")
    environment.globals["name"] = "later"
    assert template.render() == "later"
    assert template.render(name="own") == "own"
    assert template.render() == "later"
