"""Writes docs/reference/openapi.json: the HTTP surface, from the code that decodes it.

PYTHONPATH=src python tools/openapi.py
"""

import json
from pathlib import Path

from bellwether.testing.fuzzing.http.description import document

TARGET = Path(__file__).resolve().parent.parent / "docs" / "reference" / "openapi.json"


def text() -> str:
    """The document as it stands in the file."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
