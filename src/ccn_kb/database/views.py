"""The views: what holds now, what happened, and what was stated beside what is counted."""

from __future__ import annotations

from ccn_kb.database.columns import View, says
from ccn_kb.model.records import City, Country, CreativeField, Designation, Location, Subdivision, Total

MEMBER_COLUMNS = {
    "id": says(City, "id"),
    "name": says(City, "name"),
    "country": says(City, "country"),
    "country_name": says(Country, "name"),
    "alpha3": says(Country, "alpha3"),
    "region": says(Country, "region"),
    "continent": says(Country, "continent"),
    "subdivision": says(Subdivision, "name"),
    "subdivision_code": says(Subdivision, "code"),
    "field": says(Designation, "field"),
    "since": says(Designation, "since"),
    "since_day": "The first day that the date can mean; the membership counts from it.",
    "since_precision": "How precisely the date is known: year, month or day.",
    "until": "First day on which the designation no longer held; empty while it lasts.",
    "until_day": "The first day that the end can mean.",
    "round": says(Designation, "round"),
    "latitude": says(Location, "latitude"),
    "longitude": says(Location, "longitude"),
    "population": "Inhabitants as GeoNames gives them; sources mean different areas.",
    "geonames": says(City, "geonames"),
    "wikidata": says(City, "wikidata"),
    "unesco_page": "The last part of the address of UNESCO's page on it.",
}

MEMBERS_SELECT = """
SELECT c.id, c.name, c.country, k.name AS country_name, k.alpha3, k.region, k.continent, c.subdivision,
       c.subdivision_code, d.field, d.since, d.since_day, d.since_precision, d.until, d.until_day, d.round,
       c.latitude, c.longitude, c.population, c.geonames, c.wikidata, c.unesco_page
FROM designations d JOIN cities c ON c.id = d.city JOIN countries k ON k.id = c.country
""".strip()

_COUNT_MEMBERS = """
(SELECT count(*) FROM designations d JOIN cities c ON c.id = d.city JOIN countries k ON k.id = c.country
 WHERE d.since_day <= {day} AND (d.until_day IS NULL OR d.until_day > {day}){more})
""".strip()
_COUNT_COUNTRIES = _COUNT_MEMBERS.replace("count(*)", "count(DISTINCT c.country)")
_OF_TOTAL = (
    " AND (t.field IS NULL OR d.field = t.field) AND (t.country IS NULL OR c.country = t.country)"
    " AND (t.region IS NULL OR k.region = t.region)"
)


def _stated(figure: str, table: str, column: str, count: str) -> str:
    date = "announced" if table == "rounds" else "date"
    day = "announced_day" if table == "rounds" else "date_day"
    kind = table.removesuffix("s")
    part = "NULL, NULL, NULL" if table == "rounds" else "t.field, t.country, t.region"
    return (
        f"SELECT '{kind}' AS record_type, CAST(t.id AS TEXT) AS record_id, '{figure}' AS figure, t.{date} AS date,"
        f" t.{day} AS date_day, {part}, t.{column} AS stated, {count} AS counted FROM {table} t"
        f" WHERE t.{column} IS NOT NULL"
    )


def _census_select() -> str:
    at_round, at_total = "t.announced_day", "t.date_day"
    new = "(SELECT count(*) FROM designations d WHERE d.joins = 1 AND d.since = t.announced)"
    parts = [
        _stated("members", "rounds", "stated_members", _COUNT_MEMBERS.format(day=at_round, more="")),
        _stated("countries", "rounds", "stated_countries", _COUNT_COUNTRIES.format(day=at_round, more="")),
        _stated("new", "rounds", "stated_new", new),
        _stated("members", "totals", "members", _COUNT_MEMBERS.format(day=at_total, more=_OF_TOTAL)),
        _stated("countries", "totals", "countries", _COUNT_COUNTRIES.format(day=at_total, more=_OF_TOTAL)),
    ]
    columns = "record_type, record_id, figure, date, date_day, field, country, region, stated, counted"
    union = "\nUNION ALL ".join(parts)
    return (
        f"WITH figures ({columns}) AS (\n{union})\n"
        f"SELECT {columns}, counted - stated AS difference FROM figures\n"
        "ORDER BY date_day, record_type, record_id, figure"
    )


VIEWS = (
    View(
        "members",
        "The network as it is: one row for each membership that lasts.",
        MEMBER_COLUMNS,
        f"{MEMBERS_SELECT}\nWHERE d.until IS NULL ORDER BY c.sort_name, c.id",
    ),
    View(
        "history",
        "Everything that happened to memberships, in order: joined, changed-field, ended.",
        {
            "date": "When, as precisely as it is known.",
            "day": "The first day that the date can mean.",
            "event": "joined, changed-field or ended.",
            "city": "The city.",
            "name": says(City, "name"),
            "country": says(City, "country"),
            "field": "The creative field that it joined in, took or left.",
            "former_field": "The field before, where the field changed.",
        },
        """
WITH events AS (
  SELECT since AS date, since_day AS day, CASE joins WHEN 1 THEN 'joined' ELSE 'changed-field' END AS event,
         city, field, CASE joins WHEN 0 THEN
           (SELECT b.field FROM designations b WHERE b.city = d.city AND b.until = d.since) END AS former_field
  FROM designations d
  UNION ALL
  SELECT until, until_day, 'ended', city, field, NULL FROM designations WHERE end_reason IN ('withdrew', 'removed'))
SELECT e.date, e.day, e.event, e.city, c.name, c.country, e.field, e.former_field
FROM events e JOIN cities c ON c.id = e.city ORDER BY e.day, c.sort_name, c.id
""".strip(),
    ),
    View(
        "census",
        "Every number of members or countries that was stated for some day, beside our count for the same day.",
        {
            "record_type": "round or total: which table states it.",
            "record_id": "Which round or total.",
            "figure": "members, countries or new (members that joined in a round).",
            "date": "The date for which it was stated.",
            "date_day": "The day that the date means.",
            "field": says(Total, "field"),
            "country": says(Total, "country"),
            "region": says(Total, "region"),
            "stated": "The figure that was stated.",
            "counted": "Our count.",
            "difference": "Our count less the stated figure.",
        },
        _census_select(),
    ),
    View(
        "network_by_year",
        "The network at the end of each year, and how many cities joined, changed their field or left in it.",
        {
            "year": "The year.",
            "joined": "Cities that joined in it.",
            "changed_field": "Cities that changed their field in it.",
            "ended": "Memberships that ended in it.",
            "members": "Members at its end.",
            "countries": "Countries with a member at its end.",
        },
        """
WITH RECURSIVE years(year) AS (
  SELECT CAST(min(substr(since, 1, 4)) AS INTEGER) FROM designations
  UNION ALL
  SELECT year + 1 FROM years WHERE year <
    (SELECT CAST(max(substr(coalesce(until, since), 1, 4)) AS INTEGER) FROM designations))
SELECT y.year,
  (SELECT count(*) FROM history h WHERE h.event = 'joined' AND substr(h.day, 1, 4) = CAST(y.year AS TEXT)) AS joined,
  (SELECT count(*) FROM history h WHERE h.event = 'changed-field' AND substr(h.day, 1, 4) = CAST(y.year AS TEXT))
    AS changed_field,
  (SELECT count(*) FROM history h WHERE h.event = 'ended' AND substr(h.day, 1, 4) = CAST(y.year AS TEXT)) AS ended,
  (SELECT count(*) FROM designations d WHERE d.since_day <= y.year || '-12-31'
     AND (d.until_day IS NULL OR d.until_day > y.year || '-12-31')) AS members,
  (SELECT count(DISTINCT c.country) FROM designations d JOIN cities c ON c.id = d.city
     WHERE d.since_day <= y.year || '-12-31' AND (d.until_day IS NULL OR d.until_day > y.year || '-12-31')) AS countries
FROM years y ORDER BY y.year
""".strip(),
    ),
    View(
        "reports_due",
        "In which years each member's reports fall due, by the rule of four years (to 2060).",
        {
            "city": "The city.",
            "name": says(City, "name"),
            "joined": "When its stay in the network began.",
            "year": "The year in which a report is due (derived).",
        },
        """
WITH RECURSIVE due(city, joined, year, years) AS (
  SELECT h.city, max(h.day), CAST(substr(max(h.day), 1, 4) AS INTEGER) + r.years, r.years
  FROM history h JOIN members m ON m.id = h.city JOIN rules r ON r.id = 'monitoring'
  WHERE h.event = 'joined' GROUP BY h.city HAVING max(h.day) >= r.since_day
  UNION ALL SELECT city, joined, year + years, years FROM due WHERE year + years <= 2060)
SELECT due.city, c.name, due.joined, due.year FROM due JOIN cities c ON c.id = due.city
ORDER BY due.year, c.sort_name, c.id
""".strip(),
    ),
    View(
        "field_by_country",
        "How many members each country has in each creative field.",
        {
            "country": says(City, "country"),
            "country_name": says(Country, "name"),
            "field": says(Designation, "field"),
            "field_name": says(CreativeField, "name"),
            "members": "Members.",
        },
        """
SELECT m.country, m.country_name, m.field, f.name AS field_name, count(*) AS members
FROM members m JOIN fields f ON f.id = m.field GROUP BY m.country, m.field ORDER BY m.country_name, f.name
""".strip(),
    ),
)
