"""Puts the network into the wheel as one JSON text next to its files: it is read in a fraction of their time."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PackingHook(BuildHookInterface[BuilderConfig]):
    """Makes the text when a wheel is built; a checkout that is installed to be edited reads its files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the text into a folder of its own, and name it to the builder."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        from ccn_kb import audit
        from ccn_kb.network import snapshot

        self.folder = TemporaryDirectory(prefix="ccn-")
        packed = Path(self.folder.name) / snapshot.FILE
        records = snapshot.to_records(audit.load(root / "data"))
        packed.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
        build_data["force_include"][str(packed)] = f"ccn_kb/data/{snapshot.FILE}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Delete the folder, once the wheel is built."""
        if version != "editable":
            self.folder.cleanup()
