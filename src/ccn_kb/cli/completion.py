"""Shell completion of IDs and names: cities, fields, countries, regions, rounds, meetings, sources, topics, records."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

import click

from ccn_kb.cli import COMPLETION_VARIABLE
from ccn_kb.version import folder_here

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ccn_kb.network import Network

Candidates: TypeAlias = "Iterable[tuple[str, str]]"
Complete: TypeAlias = "Callable[[click.Context, click.Parameter, str], list[CompletionItem[str]]]"


def prepare_shells() -> None:
    """Correct click's script for fish, which cuts a description off at its first comma."""
    from click.shell_completion import FishComplete, add_completion_class

    class WholeDescriptions(FishComplete):
        source_template = FishComplete.source_template.replace("string split ", "string split --max 1 ", 1)

    add_completion_class(WholeDescriptions)


def complete_from(list_candidates: Callable[[Network, click.Context], Candidates]) -> Complete:
    """Return a completion that offers the candidates, each an ID and its name, that begin like the typed text."""

    def complete(context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
        network = _load(context)
        return list(_matching(list_candidates(network, context), typed)) if network else []

    return complete


def _load(context: click.Context) -> Network | None:
    """Return the network of the command line, None if it cannot be read: completion prints no errors."""
    import ccn_kb
    from ccn_kb.errors import DataError

    try:
        return ccn_kb.load(context.find_root().params.get("data") or folder_here())
    except (DataError, OSError):
        return None


def _matching(candidates: Candidates, typed: str) -> Iterator[CompletionItem[str]]:
    from click.shell_completion import CompletionItem

    # Bash replaces the typed text by any word, but does not quote the spaces of a name.
    names_as_ids = os.environ.get(COMPLETION_VARIABLE, "").startswith("bash")
    for id, name in candidates:
        if id.casefold().startswith(typed.casefold()):
            yield CompletionItem(id, help=name)
        elif name.startswith(typed):
            yield CompletionItem(id, help=name) if names_as_ids else CompletionItem(name, help=id)


def _records(network: Network, _context: click.Context) -> Iterator[tuple[str, str]]:
    from ccn_kb.network import RECORD_KINDS

    for kind in RECORD_KINDS:
        for record in network.records(kind).values():
            yield str(record.id), str(getattr(record, "name", None) or getattr(record, "title", None) or kind)


def _record_fields(network: Network, context: click.Context) -> Iterator[tuple[str, str]]:
    from ccn_kb.curate.edit import find_record
    from ccn_kb.errors import UnknownError
    from ccn_kb.model.records import City, Designation

    try:
        _, record = find_record(network, context.params.get("record") or "")
    except UnknownError:
        return
    fields = dict(type(record).model_fields)
    if isinstance(record, City):
        fields = {**Designation.model_fields, **fields}
    yield from ((name, field.description or "") for name, field in fields.items() if name != "id")


def _regions() -> Candidates:
    from ccn_kb.model.records import REGIONS

    return REGIONS.items()


complete_city = complete_from(lambda network, _: ((city.id, city.name) for city in network.cities.values()))
complete_field = complete_from(lambda network, _: ((field.id, field.name) for field in network.fields.values()))
complete_country = complete_from(lambda network, _: ((state.id, state.name) for state in network.countries.values()))
complete_region = complete_from(lambda _network, _context: _regions())
complete_round = complete_from(
    lambda network, _: ((str(year), network.rounds[year].announced) for year in network.rounds)
)
complete_meeting = complete_from(lambda network, _: ((meeting.id, meeting.name) for meeting in network.meetings()))
complete_source = complete_from(
    lambda network, _: ((source.id, source.title or source.publisher) for source in network.sources.values())
)
complete_topic = complete_from(lambda network, _: ((topic.id, topic.name) for topic in network.topics.values()))
complete_record = complete_from(_records)
complete_record_field = complete_from(_record_fields)
