"""The built files of the screen, read once; no request ever reaches the disk."""

from __future__ import annotations

import gzip
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec

BUILT: Final = Path(__file__).parent / "built"
"""Where the build of `web/` puts them; the folder is not there where nothing was built."""

TYPES: Final = {
    ".css": b"text/css; charset=utf-8",
    ".html": b"text/html; charset=utf-8",
    ".ico": b"image/x-icon",
    ".js": b"text/javascript; charset=utf-8",
    ".json": b"application/json",
    ".png": b"image/png",
    ".svg": b"image/svg+xml",
    ".webmanifest": b"application/manifest+json",
    ".woff2": b"font/woff2",
}
"""By ending. What has none of these is not served."""

_SMALLEST_PACKED: Final = 512


class File(msgspec.Struct, frozen=True, gc=False):
    """`packed` is the body in gzip, empty where that would gain nothing. `etag` is weak: it stands
    for both forms."""

    body: bytes
    packed: bytes
    content_type: bytes
    etag: bytes


def file_of(body: bytes, ending: str) -> File:
    """A file of a known ending."""
    packed = gzip.compress(body, 9, mtime=0) if len(body) >= _SMALLEST_PACKED else b""
    if len(packed) >= len(body):
        packed = b""
    return File(body, packed, TYPES[ending], b'W/"%s"' % sha256(body).hexdigest()[:32].encode())


def built_files() -> dict[str, File]:
    """By their paths below `BUILT`, with slashes; empty unless there is an `index.html`."""
    folder = BUILT
    if not (folder / "index.html").is_file():
        return {}
    return {
        str(PurePosixPath(path.relative_to(folder))): file_of(path.read_bytes(), path.suffix)
        for path in sorted(folder.rglob("*"))
        if path.suffix in TYPES and path.is_file()
    }
