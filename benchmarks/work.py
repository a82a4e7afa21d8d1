"""The work of one command or library, once, without its imports, in a process of its own; prints what it took.

Run by the other benchmarks: python -m benchmarks.work WORK ARGUMENT...
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import re
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MINI = Path(__file__).parents[1] / "tests" / "mini" / "data"
Timed = Callable[[], object]


def load(data: Path, _: Path) -> Timed:
    """Read the folder into a network."""
    import ccn_kb

    ccn_kb.load(MINI)
    return lambda: ccn_kb.load(data)


def members(data: Path, _: Path) -> Timed:
    """Ask a network that has been read for the members in a field."""
    import ccn_kb

    network = ccn_kb.load(data)
    return lambda: network.members(field="music")


def check(data: Path, _: Path) -> Timed:
    """Check the folder."""
    return command(data, "check")


def query(data: Path, _: Path) -> Timed:
    """List the members in a field, from the folder."""
    return command(data, "cities", "--field", "crafts and folk art")


def build(data: Path, target: Path) -> Timed:
    """Build the database."""
    return command(data, "build", "--output", str(target))


def export(data: Path, target: Path) -> Timed:
    """Export every format."""
    return command(data, "export", str(target))


def command(data: Path, name: str, *arguments: str) -> Timed:
    """Return a command as `ccn` runs it; it has been run on a few cities, so that all is imported."""
    from ccn_kb import cli

    def run(folder: Path, arguments: tuple[str, ...]) -> None:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
            code = cli.run(["--data", str(folder), name, *arguments])
        if code:
            raise RuntimeError(said.getvalue())

    run(MINI, tuple(f"{argument}.mini" if Path(argument).is_absolute() else argument for argument in arguments))
    return lambda: run(data, arguments)


# -- what it is compared with ------------------------------------------------------------------


def files(data: Path) -> list[Path]:
    """Return the YAML files of a data folder."""
    return sorted(data.rglob("*.yaml"))


def parsed_by_c_base(data: Path) -> Iterator[Any]:
    """Yield what libyaml reads in each file, every scalar as text: what bare libyaml does fastest."""
    import yaml

    return (yaml.load(path.read_bytes(), Loader=yaml.CBaseLoader) for path in files(data))


def parsed_by_c_safe(data: Path) -> Iterator[Any]:
    """Yield what libyaml reads in each file, with numbers and days, as most programs have it."""
    import yaml

    return (yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) for path in files(data))


def parsed_by_rapidyaml(data: Path) -> Iterator[Any]:
    """Yield what rapidyaml reads in each file, every scalar as text."""
    import ryml

    def made(tree: Any, node: int) -> Any:
        inner = children(tree, node)
        if tree.is_map(node):
            return {str(tree.key(child), "utf-8"): value(tree, child) for child in inner}
        return [value(tree, child) for child in inner]

    def children(tree: Any, node: int) -> Iterator[int]:
        child = tree.first_child(node)
        while child != ryml.NONE:
            yield child
            child = tree.next_sibling(child)

    def value(tree: Any, node: int) -> Any:
        return str(tree.val(node), "utf-8") if tree.has_val(node) else made(tree, node)

    for path in files(data):
        tree = ryml.parse_in_arena(path.read_bytes())
        yield made(tree, tree.root_id())


PARSERS = {"libyaml": parsed_by_c_base, "libyaml-typed": parsed_by_c_safe, "rapidyaml": parsed_by_rapidyaml}


def parse(data: Path, parser: str) -> Timed:
    """Read every file with a parser, nothing more."""
    run = PARSERS[parser]
    for _ in run(MINI):
        pass
    return lambda: sum(1 for _ in run(data))


def floor(data: Path, parser: str, finished: Path, target: Path) -> Timed:
    """Read every file with a parser, then write the rows of the finished database into another of the same schema."""
    statements, filled = schema(finished)
    read = parse(data, parser)

    def run() -> None:
        read()
        with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("BEGIN")
            for kind, sql in statements:
                if kind == "table":
                    database.execute(sql)
            for sql, rows in filled:
                database.executemany(sql, rows)
            for kind, sql in statements:
                if kind != "table":
                    database.execute(sql)
            database.execute("COMMIT")

    return run


def schema(finished: Path) -> tuple[list[tuple[str, str]], list[tuple[str, list[Any]]]]:
    """Return the statements that made a database, and for each of its tables the INSERT with all rows."""
    with contextlib.closing(sqlite3.connect(finished)) as database:
        made = database.execute(
            "SELECT type, name, sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY rowid"
        ).fetchall()
        virtual = [name for _, name, sql in made if sql.startswith("CREATE VIRTUAL")]
        own = [
            (kind, name, sql)
            for kind, name, sql in made
            if not name.startswith(("sqlite_", *(f"{table}_" for table in virtual)))
        ]
        filled = []
        for kind, name, _ in own:
            if kind == "table":
                columns = [column for _, column, *_ in database.execute(f"PRAGMA table_info({name})")]
                columns = ["rowid", *columns] if name in virtual else columns
                rows = database.execute(f"SELECT {', '.join(columns)} FROM {name} ORDER BY rowid").fetchall()
                places = ", ".join("?" * len(columns))
                filled.append((f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({places})", rows))
    return [(kind, sql) for kind, _, sql in own], filled


def yaml_to_sqlite(data: Path, target: Path) -> Timed:
    """Write a table of each kind of record with yaml-to-sqlite, which takes a file of rows for a table."""
    from yaml_to_sqlite.cli import cli

    folder = target.with_suffix(".rows")
    folder.mkdir()
    tables: dict[str, str] = {}
    for path in files(data):
        text, kind = path.read_text("utf-8"), path.relative_to(data).parts[0]
        if path.parent != data:
            tables[kind] = f"{tables.get(kind, '')}{path.stem}:\n{indented(text)}"
        else:
            tables[kind.removesuffix(".yaml")] = text
    del tables["exceptions"]
    for name, text in tables.items():
        (folder / f"{name}.yaml").write_text(re.sub(r"^(\S+):$", r"- id: \1", text, flags=re.MULTILINE), "utf-8")

    def run() -> None:
        for path in sorted(folder.iterdir()):
            cli([str(target), path.stem, str(path), "--pk", "id"], standalone_mode=False)

    return run


def indented(text: str) -> str:
    """Return the lines of a record, without the comment, inside a key."""
    return "".join(f"  {line}" for line in text.splitlines(keepends=True) if not line.startswith("#"))


WORKS: dict[str, Callable[..., Timed]] = {
    function.__name__: function
    for function in (load, members, check, query, build, export, parse, floor, yaml_to_sqlite)
}


def peak() -> float:
    """Return the most memory that this process has had, in MB; `getrusage` would count that of its parent too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main(name: str, *arguments: str) -> None:
    """Do the work and print, as JSON, the seconds, the processor's seconds, the most memory, and that of before."""
    run = WORKS[name](*(Path(argument) if Path(argument).is_absolute() else argument for argument in arguments))
    gc.collect()
    if name in ("parse", "floor"):
        gc.disable()
    before = peak()
    wall, cpu = time.perf_counter(), time.process_time()
    kept = run()
    taken = time.perf_counter() - wall, time.process_time() - cpu
    after = peak()
    del kept
    print(json.dumps([*taken, after, before]))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
