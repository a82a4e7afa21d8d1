"""Rules for the marks of creative fields on maps and charts."""

from __future__ import annotations

from collections.abc import Iterator

from ccn_kb.checks.context import Context, Finding


def field_mark(context: Context) -> Iterator[Finding]:
    """Every creative field has a colour and a mark, and no other field has the same mark."""
    owners: dict[str, str] = {}
    for id, field in context.network.fields.items():
        if field.colour is None:
            fix = "add a colour that readers with colour blindness can tell from the others, such as '#009e73'"
            yield Finding("field", id, (), "has no colour for maps and charts", fix)
        if field.mark is None:
            yield Finding("field", id, (), "has no mark for maps and charts", "add an SVG path, such as M-7-7H7V7H-7Z")
        elif (owner := owners.setdefault(field.mark, id)) != id:
            yield Finding("field", id, ("mark",), f"has the same mark as {owner}", "draw a shape of its own")
