"""codemeta.json, made from pyproject.toml, the version of the data and the citation: `python -m release.codemeta`."""

from __future__ import annotations

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.network.citable import AUTHOR, DOI, PERMANENT_ADDRESS, PUBLISHER
from ccn_kb.version import split_version, version_of

CODEMETA = "codemeta.json"
_SPDX = "https://spdx.org/licenses/"


def to_codemeta(root: Path) -> bytes:
    """Return the description of the software in a checkout, in CodeMeta 3.0."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = version_of(root / "data")
    organisation = {"@type": "Organization", "name": AUTHOR}
    return to_bytes(
        {
            "@context": "https://w3id.org/codemeta/3.0",
            "@type": "SoftwareSourceCode",
            "identifier": f"https://doi.org/{DOI}" if DOI else PERMANENT_ADDRESS,
            "name": project["name"],
            "description": project["description"],
            "version": version,
            "datePublished": split_version(version)[1].isoformat(),
            "license": [f"{_SPDX}{license}" for license in project["license"].split(" AND ")],
            "author": [organisation],
            "publisher": {"@type": "Organization", "name": PUBLISHER},
            "url": project["urls"]["Homepage"],
            "downloadUrl": project["urls"]["Download"],
            "softwareHelp": project["urls"]["Documentation"],
            "keywords": project["keywords"],
            "programmingLanguage": "Python",
            "runtimePlatform": f"Python {project['requires-python']}",
            "softwareRequirements": [_required_package(requirement) for requirement in project["dependencies"]],
            "developmentStatus": "https://www.repostatus.org/#active",
        }
    )


def _required_package(requirement: str) -> dict[str, str]:
    package = Requirement(requirement)
    return {"@type": "SoftwareApplication", "name": package.name, "version": str(package.specifier)}


if __name__ == "__main__":
    Path(CODEMETA).write_bytes(to_codemeta(Path.cwd()))
