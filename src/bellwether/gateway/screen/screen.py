"""Answers for browsers: the pages, their assets, and what a browser is told to forbid itself."""

from __future__ import annotations

from typing import Final, final

from bellwether.gateway.faults import PLAIN
from bellwether.gateway.http import Request, Response
from bellwether.gateway.screen.files import File, built_files, file_of

CONTENT_SECURITY_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    b"connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
    b"frame-ancestors 'none'; require-trusted-types-for 'script'"
)
"""Nothing from elsewhere, nothing inline, no text that becomes a script, in nobody's frame."""

GUARDS: Final = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)

TRADERS: Final = "index.html"
CONSOLE: Final = "console/index.html"
_ASSETS: Final = "assets/"
_FOREVER: Final = b"public, max-age=31536000, immutable"
_ASK_AGAIN: Final = b"no-cache"
_METHODS: Final = ("GET", "HEAD")
_WITHOUT: Final = b"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Bellwether</title>
<h1>Bellwether runs, without its screen</h1>
<p>The screen was not built into this venue. Install Node.js 20.19 or newer with npm, then
<code>make run</code> builds it and starts the venue with it.</p>
<p>All else is here: the API on this address, and <code>bellwether trade --help</code> on the
command line.</p>
"""


@final
class Screen:
    """Of one address. `traders` and `console` say which of the two pages it has; without built
    files both say how to get them."""

    def __init__(self, traders: bool, console: bool, files: dict[str, File] | None = None) -> None:
        found = built_files() if files is None else files
        self.is_built = bool(found)
        missing = {} if found else dict.fromkeys((TRADERS, CONSOLE), file_of(_WITHOUT, ".html"))
        pages = found | missing
        self._answers: dict[str, _Answers] = {}
        for name, file in found.items():
            if name not in (TRADERS, CONSOLE):
                is_asset = name.startswith(_ASSETS)
                self._answers["/" + name] = _Answers(file, _FOREVER if is_asset else _ASK_AGAIN)
        if traders:
            self._answers["/"] = _Answers(pages[TRADERS], _ASK_AGAIN)
        if console and CONSOLE in pages:
            self._answers["/console/"] = _Answers(pages[CONSOLE], _ASK_AGAIN)
        self._to_console: tuple[str, ...] = ()
        if "/console/" in self._answers:
            self._to_console = ("/console",) if traders else ("/console", "/")

    def answer(self, request: Request) -> Response | None:
        """None for what is neither a page nor an asset."""
        path = request.path
        answers = self._answers.get(path)
        if answers is None:
            if path in self._to_console:
                return Response(b"", 308, PLAIN, ((b"location", b"/console/"),))
            return None
        if request.method not in _METHODS:
            allowed = ((b"allow", b", ".join(name.encode() for name in _METHODS)),)
            return Response(b"Expected GET.", 405, PLAIN, allowed)
        return answers.to(request)


@final
class _Answers:
    """All the answers one file gives, made once."""

    __slots__ = ("_packed", "_plain", "_same", "_tag")

    def __init__(self, file: File, cache: bytes) -> None:
        headers = (*GUARDS, (b"etag", file.etag), (b"vary", b"accept-encoding"))
        in_gzip = (*headers, (b"content-encoding", b"gzip"))
        kind = file.content_type
        self._tag = file.etag
        self._plain = Response(file.body, 200, kind, headers, cache)
        self._packed = (
            Response(file.packed, 200, kind, in_gzip, cache) if file.packed else self._plain
        )
        self._same = Response(b"", 304, kind, headers, cache)

    def to(self, request: Request) -> Response:
        if is_known(request.known_tags, self._tag):
            return self._same
        return self._packed if takes_gzip(request.encodings) else self._plain


def is_known(tags: bytes, tag: bytes) -> bool:
    """Is the tag, compared weakly, one of an `If-None-Match`?"""
    if not tags:
        return False
    wanted = tag.removeprefix(b"W/")
    known = [one.strip().removeprefix(b"W/") for one in tags.split(b",")]
    return wanted in known or known == [b"*"]


def takes_gzip(encodings: bytes) -> bool:
    """Does an `Accept-Encoding` name gzip, and not only to refuse it?"""
    for offer in encodings.lower().split(b","):
        name, _, terms = offer.partition(b";")
        if name.strip() in (b"gzip", b"x-gzip"):
            quality = terms.replace(b" ", b"").removeprefix(b"q=")
            return quality.strip(b"0.") != b"" or not quality
    return False
