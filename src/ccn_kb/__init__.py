"""The knowledge base of the UNESCO Creative Cities Network: every designation since 2004, dated and sourced.

>>> import ccn_kb
>>> network = ccn_kb.load()
>>> [member.city.name for member in network.members(on="2015-05-28", country="JP")]
['Hamamatsu', 'Kanazawa', 'Kobe', 'Nagoya', 'Sapporo', 'Tsuruoka']
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ccn_kb.version import default_folder, package_version

if TYPE_CHECKING:
    from ccn_kb.network import Network as Network

    __version__: str

__all__ = ["Network", "__version__", "load"]


def load(folder: str | Path | None = None) -> Network:
    """Return the network in a data folder or in an export, by default the data in the package; offline.

    An export is its `network.json`, its folder or its zip file: the data of an earlier version, as archives keep them.
    A built package has the network in one file next to the folder, which is read in a fraction of the time.
    Raises `ccn_kb.errors.DataError`, with every problem by file and line, if the data cannot be used.
    """
    from ccn_kb.gc_pause import gc_paused

    # The imports create many objects too.
    with gc_paused():
        from ccn_kb.network import snapshot

        if folder is None and (packed := default_folder() / snapshot.FILE).is_file():
            return snapshot.from_json(packed.read_bytes())
        from ccn_kb import audit

        return audit.load(Path(folder) if folder else None)


def __getattr__(name: str) -> object:
    # `import ccn_kb` stays quick, and possible without data: pydantic and the version are loaded when they are used.
    if name == "Network":
        from ccn_kb.network import Network

        return Network
    if name == "__version__":
        return package_version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
