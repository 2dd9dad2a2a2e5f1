"""The description of the API, held to the standard by a validator that isn't ours."""

from __future__ import annotations

import json
from pathlib import Path

from openapi_spec_validator import OpenAPIV31SpecValidator


def test_the_description_is_openapi(folder: Path) -> None:
    description = json.loads((folder / "api/v1/openapi.json").read_text())
    assert description["openapi"].startswith("3.1")
    faults = [f"{'/'.join(map(str, fault.absolute_path))}: {fault.message}" for fault in OpenAPIV31SpecValidator(description).iter_errors()]
    assert faults == []
