"""The bill of materials out of the locks, as CycloneDX JSON: `make sbom` writes it.

The same locks give the same bytes: there is no time in it, and its serial number is a hash of the
rest. What a running venue installs is `required`, what an extra adds `optional`, and what only
builds or checks `excluded`. Needs nothing but Python.
"""

from __future__ import annotations

import argparse
import json
import re
import uuid
from pathlib import Path
from typing import Any

from locked import REQUIREMENTS, ROOT, Package, direct, lists, packages

TARGET = ROOT / "build" / "sbom" / "bellwether.cdx.json"
REQUIRED = ("runtime",)
EXCLUDED = ("audit", "build", "dev", "fuzz")
NAMESPACE = uuid.UUID("5f6f5d0c-7d0e-5f0b-9f53-6b1d3c0d6a39")
"""Chosen once for the serial numbers of these documents."""


def document() -> dict[str, Any]:
    """The whole bill. Raises LockInvalid."""
    found: dict[str, Package] = {}
    named_by: dict[str, list[str]] = {}
    for name in lists():
        for package in packages(REQUIREMENTS / f"{name}.txt"):
            found[_reference(package)] = package
            named_by.setdefault(_reference(package), []).append(name)
    version = _version()
    root = f"pkg:generic/bellwether@{version}"
    asked_for = direct("runtime")
    needs = sorted(
        reference
        for reference, package in found.items()
        if package.name in asked_for and "runtime" in named_by[reference]
    )
    bill: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": "bellwether",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [_component(found[name], named_by[name]) for name in sorted(found)],
        # Who needs whom below these is not in the locks, and so is not said.
        "dependencies": [{"ref": root, "dependsOn": needs}],
    }
    return {**bill, "serialNumber": uuid.uuid5(NAMESPACE, json.dumps(bill)).urn}


def text() -> str:
    """The document as it is written."""
    return json.dumps(document(), indent=2, sort_keys=True) + "\n"


def _component(package: Package, named_by: list[str]) -> dict[str, Any]:
    properties = [{"name": "bellwether:lists", "value": ",".join(named_by)}]
    if package.marker:
        properties.append({"name": "bellwether:marker", "value": package.marker})
    return {
        "type": "library",
        "bom-ref": _reference(package),
        "name": package.name,
        "version": package.version,
        "purl": _reference(package),
        "scope": _scope(named_by),
        "hashes": [{"alg": "SHA-256", "content": content} for content in package.hashes],
        "properties": properties,
    }


def _scope(named_by: list[str]) -> str:
    if any(name in REQUIRED for name in named_by):
        return "required"
    return "excluded" if all(name in EXCLUDED for name in named_by) else "optional"


def _reference(package: Package) -> str:
    return f"pkg:pypi/{package.name}@{package.version}"


def _version() -> str:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    match = re.search(r'^version = "([^"]+)"$', project, re.MULTILINE)
    assert match is not None, "pyproject.toml names the version"
    return match[1]


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes the bill of materials.")
    parser.add_argument("--out", type=Path, default=TARGET, help="where to")
    target: Path = parser.parse_args().out
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text(), encoding="utf-8")
    print(f"{target}: {len(document()['components'])} packages")


if __name__ == "__main__":
    main()
