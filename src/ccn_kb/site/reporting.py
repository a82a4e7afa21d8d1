"""Reports of errors: a prefilled issue where the site has an issue tracker, else a text to send."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from ccn_kb.site.languages import gettext as _


def report_address(issues: str, path: str, record: str) -> str:
    """Return the address of a new issue about a page, prefilled for the form `correction.yml` of GitHub."""
    fields = {"template": "correction.yml", "title": f"Error on {path}", "record": _name(path, record)}
    return f"{issues}/new?{urlencode(fields)}"


def report_text(version: str, site: str, path: str, record: str) -> str:
    """Return the text of a report about a page, with places for what is wrong and what is right."""
    facts = (
        (_("Page"), f"{site}{path}"),
        (_("Record"), _name(path, record)),
        (_("Data version"), version),
    )
    head = "\n".join(_("%(label)s: %(value)s", label=label, value=value) for label, value in facts)
    wanted = (_("What is wrong:"), _("What is right:"), _("Source (the address of a page that gives it):"))
    return "\n\n".join([head, *wanted]) + "\n"


def report_mail(version: str, site: str, path: str, record: str) -> str:
    """Return the query of a mail address with the report as its text."""
    fields = {"subject": _("Error on %(path)s", path=path), "body": report_text(version, site, path, record)}
    return urlencode(fields, quote_via=quote)


def _name(path: str, record: str) -> str:
    """Return the id at the end of the path of a page, which is that of its record; without one the record's file."""
    return path.strip("/").partition("/")[2] or record.rpartition("/data/")[2] or path
