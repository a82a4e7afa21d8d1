"""The site as a folder of static files, for any web host or to open without one; written atomically."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import NamedTuple

from ccn_kb import files
from ccn_kb.database import NETWORK_DOCUMENT
from ccn_kb.exports import export_folder, manifest
from ccn_kb.exports.formats import FORMATS, unavailable_formats
from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.exports.manifest import ListedFile
from ccn_kb.model.records import REGIONS
from ccn_kb.network.snapshot import FILE
from ccn_kb.publication import browser_search, browser_tables
from ccn_kb.publication.static_addresses import (
    INDEX,
    TABLES,
    StaticAddress,
    make_relative,
    make_rooted,
    parse,
    with_slashes,
)
from ccn_kb.publication.static_pages import (
    DATE_PAGE,
    MadePage,
    PageMaker,
    StaticSettings,
)
from ccn_kb.site.languages import languages, use_language
from ccn_kb.site.registration import PAGES
from ccn_kb.site.responses import FRAMED_POLICY, PICTURE_POLICY, POLICY, SECURITY
from ccn_kb.site.router import EMBED, OPENAPI, TEXTS, Pages
from ccn_kb.site.script_messages import static_messages
from ccn_kb.site.templating import ASSETS, STATIC, STATIC_SCRIPT
from ccn_kb.site.workers import cores

MAKER = "ccn-kb publish --static"
DATABASE = "/ccn.db"
EXPORTS = "export"
SCRIPTS = Path(__file__).parent / "scripts"
STATIC_CODE = SCRIPTS / "static.js"
VENDORED = Path(__file__).parent / "vendor"
DAYS = "on/days.js"
NOT_FOUND = "404.html"
REDIRECTS = "_redirects"
HEADERS = "_headers"
# GitHub Pages leaves out files whose names begin with an underscore, unless this file is there.
NO_JEKYLL = ".nojekyll"


class DeadLinkError(Exception):
    """A page links to an address that has no page; the message names both."""


class StaticEdition(NamedTuple):
    """What was written: the numbers of pages and of files, and the size in bytes."""

    pages: int
    files: int
    size: int


def publish_static(
    settings: StaticSettings, target: Path, report: Callable[[int], None] = lambda _: None
) -> StaticEdition:
    """Write the static edition, replacing a previous one; `report` is called with the number of files so far.

    Raises FolderError, and DeadLinkError.
    """
    with manifest.replacing(target, MAKER, "static edition") as folder:
        pages = settings.open()
        listed = _Listed(folder, report)
        for file, body in shared_files(settings, pages):
            listed.write(file, body)
        listed.add(_export(pages, folder, settings))
        linked = _write_pages(settings, folder, listed, first_addresses(pages))
        days = sorted(parts[1] for path in listed.paths if len(parts := path.split("/")) == 3 and parts[0] == "on")
        listed.write(DAYS, f"globalThis.ccnDays = {json.dumps(days)};\n".encode())
        if missing := [(address, page) for address, page in linked.items() if parse(address).file not in listed.paths]:
            address, source = min(missing)
            raise DeadLinkError(f"{source} links to {address}, which does not exist")
        facts = {"made_by": MAKER, "version": pages.version, "date": settings.day.isoformat(), "url": settings.site}
        entries = [file._asdict() for file in sorted(listed.files)]
        files.write_durably(folder / manifest.MANIFEST, to_bytes({**facts, "files": entries}))
        if hasattr(os, "sync"):
            os.sync()
    return StaticEdition(listed.pages, len(listed.paths) + 1, listed.size)


class _Listed:
    """The files that are written, as the manifest lists them."""

    def __init__(self, folder: Path, report: Callable[[int], None]) -> None:
        self._folder = folder
        self._report = report
        self.files: list[ListedFile] = []
        self.paths: set[str] = set()
        self.size = 0

    def write(self, path: str, body: bytes) -> None:
        self.add([manifest.write(self._folder, path, body, is_synced=False)])

    def add(self, written: Iterable[ListedFile]) -> None:
        new = [file for file in written if file.path not in self.paths]
        self.files += new
        self.paths |= {file.path for file in new}
        self.size += sum(file.bytes for file in new)
        self._report(len(self.paths))

    @property
    def pages(self) -> int:
        return sum(path.endswith(f"/{INDEX}") or path == INDEX for path in self.paths)


# -- pages, by all cores -------------------------------------------------------------------------


def _write_pages(
    settings: StaticSettings, folder: Path, listed: _Listed, addresses: Iterable[str]
) -> Mapping[str, str]:
    """Write the pages and all that they link to; return the addresses that they link to, each with one of them."""
    linked: dict[str, str] = {}
    planned: set[str] = set()
    context = get_context("spawn")
    pool = ProcessPoolExecutor(cores(), context, _begin, (settings, folder))
    try:
        waiting = list(addresses)
        while waiting:
            planned |= {parse(address).file for address in waiting}
            made = [pool.submit(_make, part) for part in _parts(waiting)]
            waiting = []
            for result in made:
                for each in result.result():
                    listed.add(each.files)
                    for address in sorted(each.links):
                        linked.setdefault(address, each.address)
                        target = parse(address)
                        if target.file not in planned and target.file not in listed.paths:
                            planned.add(target.file)
                            waiting.append(_own_address(target))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return linked


def _parts(addresses: list[str], length: int = 8) -> Iterator[list[str]]:
    yield from (addresses[start : start + length] for start in range(0, len(addresses), length))


def _own_address(target: StaticAddress) -> str:
    """Return the address without the fragment, and without a query that scripts handle."""
    return f"{target.path}?{target.query}" if target.query and target.has_own_page else target.path


_maker: PageMaker


def _begin(settings: StaticSettings, folder: Path) -> None:
    """Prepare a worker process: it ignores interrupts, which the parent handles, and ends with the parent."""
    global _maker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _maker = PageMaker(settings, folder)


def _end_with_parent() -> None:
    """End this worker when the parent is killed, instead of waiting for ever."""
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _make(addresses: list[str]) -> list[MadePage]:
    return [_maker.make(address) for address in addresses]


# -- files written once --------------------------------------------------------------------------


def first_addresses(pages: Pages) -> Iterator[str]:
    """Yield the addresses that link to all others, directly or indirectly, in all languages."""
    index = pages.index
    first = int(index.first_year or pages.today.year) - 1
    years = [str(year) for year in range(first, pages.today.year + 1)]
    extra = {
        "country": sorted(pages.network.countries),
        "on": [*index.change_days, *years, pages.today.isoformat()],
    }
    paths = [page.path for page in PAGES if not page.path_parameter]
    for page in PAGES:
        if page.path_parameter:
            paths += [f"{page.path}/{id}" for id in dict.fromkeys([*page.ids(index), *extra.get(page.name, ())])]
    paths += [DATE_PAGE, *(f"/city/{old}" for old in pages.network.moved)]
    groups = {"country": index.by_country, "field": pages.network.fields, "region": REGIONS}
    paths += [f"/compare?{kind}={id}" for kind, ids in groups.items() for id in ids]
    for language in languages().values():
        yield from (f"{language.path}{path}" for path in paths)
    yield from (path for path in pages.documents if path != NETWORK_DOCUMENT)
    yield OPENAPI


def shared_files(settings: StaticSettings, pages: Pages) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of each file that is not made page by page."""
    yield DATABASE[1:], settings.database.read_bytes()
    yield FILE, pages.documents[NETWORK_DOCUMENT].body
    yield NO_JEKYLL, b""
    yield REDIRECTS, _redirects(pages).encode()
    yield HEADERS, _headers().encode()
    for path in TEXTS:
        yield path[1:], with_slashes(pages.respond(path, {}).body.decode(), settings.site).encode()
    assets = ASSETS[1:]
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            yield f"{assets}{file.relative_to(STATIC).as_posix()}", file.read_bytes()
    for file in (*sorted(SCRIPTS.iterdir()), *sorted(VENDORED.iterdir())):
        if file != STATIC_CODE:
            yield f"{assets}{file.name}", file.read_bytes()
    code = STATIC_CODE.read_text(encoding="utf-8")
    for tag, language in languages().items():
        own = pages.in_language(tag)
        with use_language(language):
            texts = {"language": tag, "texts": dict(static_messages())}
        script = f"globalThis.ccnStatic = {json.dumps(texts, ensure_ascii=False)};\n{code}"
        yield f"{assets}{STATIC_SCRIPT.format(tag)}", script.encode()
        yield f"{assets}search-{tag}.js", browser_search.to_script(own).encode()
        error = pages.error(404, f"{language.path}/missing").body.decode()
        yield f"{language.path}/{NOT_FOUND}"[1:], make_rooted(error, settings.site, settings.prefix).encode()
    html, tables = browser_tables.tables_page(pages), StaticAddress(TABLES).file
    yield tables, make_relative(html, tables, settings.site, settings.prefix).encode()


def _export(pages: Pages, folder: Path, settings: StaticSettings) -> Iterator[ListedFile]:
    """Write the exports, as `ccn export` does, and yield their files."""
    unavailable = unavailable_formats(FORMATS)
    formats = [name for name in FORMATS if name not in unavailable]
    target = folder / EXPORTS
    export_folder.export(
        pages.network, target, formats=formats, on=settings.day, today=settings.day, site=settings.site
    )
    for file in sorted(target.rglob("*")):
        if file.is_file():
            yield manifest.describe(file.relative_to(folder).as_posix(), file.read_bytes())


def _redirects(pages: Pages) -> str:
    """Return the redirects of old ids, in the form that Netlify and Cloudflare read."""
    lines = [f"/vocabulary /{StaticAddress('/vocabulary').file} 301"]
    for old, new in sorted(pages.network.moved.items()):
        starts = [language.path for language in languages().values()]
        lines += [f"{start}/city/{old} {start}/city/{new}/ 301" for start in starts]
        lines.append(f"/city/{old}.json /city/{new}.json 301")
    return "\n".join(lines) + "\n"


def _headers() -> str:
    """Return the headers of the site, in the form that Netlify and Cloudflare read."""
    always = {name.decode(): value.decode() for name, value in SECURITY if name != b"x-frame-options"}
    # WebAssembly, which the page of the tables runs, has to be allowed by name.
    policy = POLICY.decode().replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
    rules = {
        "/*": {**always, "access-control-allow-origin": "*", "content-security-policy": policy},
        f"/{EMBED}/*": {"! content-security-policy": "", "content-security-policy": FRAMED_POLICY.decode()},
        "/*.svg": {"! content-security-policy": "", "content-security-policy": PICTURE_POLICY.decode()},
    }
    lines: list[str] = []
    for path, headers in rules.items():
        lines.append(path)
        lines += [f"  {name}: {value}" if value else f"  {name}" for name, value in headers.items()]
    return "\n".join(lines) + "\n"
