"""The creative fields."""

from __future__ import annotations

from ccn_kb.exports.contents import TableData
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.counts import count_fields
from ccn_kb.site.pages.list_tables import make_table
from ccn_kb.site.pages.page_context import PageContext


class FieldsPage(parts.RecordPage):
    """The creative fields with their members."""

    on: parts.Day
    fields: tuple[parts.FieldCounts, ...]
    growth: tuple[parts.GrowthYear, ...]

    def to_table(self) -> TableData:
        """Return the fields with their numbers of members and countries."""
        columns = {
            "field": "ID of the creative field.",
            "field_name": "English name.",
            "field_name_fr": "French name.",
            "field_name_es": "Spanish name.",
            "since": "Date of the first designation.",
            "members": "Member cities.",
            "countries": "Countries with a member city.",
        }
        rows = (
            (field.id, field.name, field.name_fr, field.name_es, field.since, field.members, field.countries)
            for field in self.fields
        )
        return make_table("fields", self.sentence, columns, rows, ("members", "countries"))


def fields_page(context: PageContext) -> FieldsPage:
    """Return the creative fields, by name."""
    number = count_fields(len(context.field_counts))
    return FieldsPage(
        title=_("Creative fields"),
        sentence=_("Every member city belongs to one of %(fields)s.", fields=number)
        if context.field_counts
        else _("No creative fields."),
        on=context.day.isoformat(),
        fields=context.field_counts,
        growth=context.index.growth(context.day),
        rows=context.link("/ccn/fields"),
        record=context.record("/data/fields.yaml"),
    )
