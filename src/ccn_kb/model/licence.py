"""The licence of the data, and the attribution that it requires."""

from __future__ import annotations

from ccn_kb.model.addresses import GEONAMES_HOME

LICENCE_NAME = "CC BY 4.0"
LICENCE_ID = "CC-BY-4.0"
"""The licence's identifier in SPDX."""
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
ATTRIBUTION = (
    f"ccn-kb; places from GeoNames ({GEONAMES_HOME}), {LICENCE_NAME}; "
    f"income groups from The World Bank: Historical classification by income, {LICENCE_NAME}"
)
