"""The screen: files from memory, headers that bind a browser, and an address for operators."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bellwether.app import ServeSettings
from bellwether.gateway.http import Request, Response
from bellwether.gateway.screen import files
from bellwether.gateway.screen.console_door import ConsoleDoor
from bellwether.gateway.screen.screen import CONTENT_SECURITY_POLICY, takes_gzip
from tests.gateway.live import GatewaySettings, LiveGateway
from tests.gateway.wallet import account, limit_order, operator, order_action

SCRIPT = b"export const markets = [];\n" * 200
SECRET = b"not for anybody"
BUILT = {
    "index.html": b"<!doctype html><title>traders</title>",
    "console/index.html": b"<!doctype html><title>operators</title>",
    "assets/main-B4d5.js": SCRIPT,
    "assets/main-B4d5.css": b"body { margin: 0 }",
    "assets/bell-1.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ".stamp": b"0123",
    "assets/main-B4d5.js.map": b"{}",
}
Headers = dict[str, str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("screen")
    (root / "secret.html").write_bytes(SECRET)
    for name, content in BUILT.items():
        path = root / "built" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    patch = pytest.MonkeyPatch()
    patch.setattr(files, "BUILT", root / "built")
    yield root / "built"
    patch.undo()


@pytest.fixture(scope="module")
def venue(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveGateway]:
    with LiveGateway(tmp_path_factory.mktemp("venue"), gateways=1) as live:
        yield live


def asked(
    venue: LiveGateway, path: str, method: str = "GET", **headers: str
) -> tuple[int, Headers, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", venue.port, timeout=20)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, headers=sent)
        response = connection.getresponse()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
    finally:
        connection.close()


def assert_guarded(headers: Headers) -> None:
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY.decode()
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "index.html"),
        ("/?a=1", "index.html"),
        ("/console/", "console/index.html"),
    ],
)
def test_a_page_is_asked_for_again_each_time(venue: LiveGateway, path: str, name: str) -> None:
    status, headers, body = asked(venue, path)
    assert (status, body) == (200, BUILT[name])
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-cache"
    assert_guarded(headers)


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = CONTENT_SECURITY_POLICY.decode()
    assert "default-src 'none'" in policy and "require-trusted-types-for 'script'" in policy
    assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    for loose in ("unsafe", "*", "http:", "https:", "blob:", "wss:"):
        assert loose not in policy


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/assets/main-B4d5.js", "text/javascript; charset=utf-8"),
        ("/assets/main-B4d5.css", "text/css; charset=utf-8"),
        ("/assets/bell-1.svg", "image/svg+xml"),
    ],
)
def test_an_asset_is_kept_for_good(venue: LiveGateway, path: str, kind: str) -> None:
    status, headers, body = asked(venue, path)
    assert (status, body) == (200, BUILT[path.removeprefix("/")])
    assert headers["content-type"] == kind
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert_guarded(headers)


def test_what_a_client_can_unpack_is_sent_packed(venue: LiveGateway) -> None:
    path = "/assets/main-B4d5.js"
    _, headers, body = asked(venue, path, accept_encoding="br, gzip;q=0.8")
    assert headers["content-encoding"] == "gzip" and headers["vary"] == "accept-encoding"
    assert len(body) < len(SCRIPT) // 10 and gzip.decompress(body) == SCRIPT
    _, headers, body = asked(venue, path, accept_encoding="identity")
    assert "content-encoding" not in headers and body == SCRIPT
    # What would not become smaller goes as it is.
    _, headers, body = asked(venue, "/assets/main-B4d5.css", accept_encoding="gzip")
    assert "content-encoding" not in headers and body == BUILT["assets/main-B4d5.css"]


@pytest.mark.parametrize(
    ("offer", "takes"),
    [
        (b"", False),
        (b"gzip", True),
        (b"deflate, GZIP", True),
        (b"gzip; q=1.0", True),
        (b"gzip;q=0", False),
        (b"gzip;q=0.000", False),
        (b"gzip;q=0.001", True),
        (b"br", False),
        (b"gzipped", False),
    ],
)
def test_an_offer_of_gzip_is_read_as_it_is_meant(offer: bytes, takes: bool) -> None:
    assert takes_gzip(offer) is takes


def test_who_has_the_page_already_is_told_so(venue: LiveGateway) -> None:
    etag = asked(venue, "/")[1]["etag"]
    for known in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
        status, headers, body = asked(venue, "/", if_none_match=known)
        assert (status, body, headers["etag"]) == (304, b"", etag)
        assert "content-length" not in headers
        assert_guarded(headers)
    assert asked(venue, "/", if_none_match='"other"')[0] == 200
    assert asked(venue, "/console/")[1]["etag"] != etag


def test_head_tells_the_size_and_sends_nothing(venue: LiveGateway) -> None:
    status, headers, body = asked(venue, "/assets/main-B4d5.js", "HEAD")
    assert (status, body, headers["content-length"]) == (200, b"", str(len(SCRIPT)))
    assert asked(venue, "/assets/none.js", "HEAD")[0] == 404


def test_a_page_is_only_for_reading(venue: LiveGateway) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        status, headers, _ = asked(venue, "/", method)
        assert (status, headers["allow"]) == (405, "GET, HEAD")


def test_the_console_is_found_without_its_slash(venue: LiveGateway) -> None:
    status, headers, body = asked(venue, "/console")
    assert (status, headers["location"], body) == (308, "/console/", b"")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html",
        "/assets/../../secret.html",
        "/assets/%2e%2e/%2e%2e/secret.html",
        "/assets/..%2f..%2fsecret.html",
        "/assets/..\\..\\secret.html",
        "//secret.html",
        "/assets//main-B4d5.js",
        "/assets/./main-B4d5.js",
        "/assets/",
        "/assets",
        "/index.html/",
        "/console/index.html",
        "/.stamp",
        "/assets/main-B4d5.js.map",
        "/assets/main-B4d5.js%00",
        "/etc/passwd",
        "/market/CBRS",
    ],
)
def test_no_path_leads_to_anything_but_what_was_built(venue: LiveGateway, path: str) -> None:
    status, headers, body = asked(venue, path)
    assert status == 404 and SECRET not in body
    assert headers["cache-control"] == "no-store"


def test_files_are_read_once_and_never_again(venue: LiveGateway, built: Path) -> None:
    added = built / "assets" / "late-1.js"
    changed = built / "index.html"
    added.write_bytes(b"late")
    changed.write_bytes(b"changed")
    try:
        assert asked(venue, "/assets/late-1.js")[0] == 404
        assert asked(venue, "/")[2] == BUILT["index.html"]
    finally:
        added.unlink()
        changed.write_bytes(BUILT["index.html"])


def test_the_api_is_as_it_was_beside_the_screen(venue: LiveGateway) -> None:
    assert asked(venue, "/info")[0] == 405
    assert json.loads(asked(venue, "/healthz")[2])["status"] == "ok"
    _, headers, _ = asked(venue, "/version")
    assert headers["cache-control"] == "no-store"


def test_without_built_files_the_venue_says_how_to_get_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "BUILT", tmp_path / "nowhere")
    with LiveGateway(tmp_path, gateways=1) as live:
        for path in ("/", "/console/"):
            status, headers, body = asked(live, path)
            assert status == 200 and b"Node.js" in body and b"make run" in body
            assert b"<style" not in body and b"<script" not in body and b"style=" not in body
            assert_guarded(headers)
        assert asked(live, "/assets/main-B4d5.js")[0] == 404


def test_gateway_processes_have_the_screen_themselves(tmp_path: Path) -> None:
    apart = GatewaySettings(console_apart=True)
    with LiveGateway(tmp_path, apart, gateways=2) as live:
        for _ in range(6):
            status, headers, body = asked(live, "/")
            assert status == 200 and body
            assert_guarded(headers)
            assert asked(live, "/", if_none_match=headers["etag"])[0] == 304
            assert asked(live, "/console/")[0] == 404
            assert asked(live, "/operator", "POST")[0] == 404


NOT_AT_THE_DOOR = [
    ("GET", "/market/CBRS"),
    ("GET", "/metrics"),
    ("POST", "/exchange"),
    ("GET", "/export/statement"),
]


def act(live: LiveGateway) -> Any:
    said: dict[str, Any] = {"kind": "announce", "title": "A test", "text": "Of the console."}
    action = {"type": "operator", "act": said}
    return operator(0).l1(action, live.nonce())


def test_a_console_apart_is_nowhere_else(built: Path, tmp_path: Path) -> None:
    with LiveGateway(tmp_path, GatewaySettings(console_apart=True), gateways=1) as live:
        assert asked(live, "/")[2] == BUILT["index.html"]
        assert asked(live, "/console/")[0] == 404 and asked(live, "/console")[0] == 404
        with live.client() as client:
            assert client.send("/operator", json.dumps(act(live)).encode())[0] == 404
        door = ConsoleDoor(live.app, live.url)

        def at_door(method: str, path: str, content: Any = None) -> Response:
            body = json.dumps(content).encode()
            request = Request(method, path, b"application/json", body, "127.0.0.1", "console")
            found = live.on_loop(lambda: door.at_once(request)) or live.run(door.respond(request))
            assert isinstance(found, Response)
            return found

        assert at_door("GET", "/console/").body == BUILT["console/index.html"]
        assert at_door("GET", "/").headers == ((b"location", b"/console/"),)
        assert at_door("GET", "/assets/main-B4d5.js").body == SCRIPT
        assert at_door("GET", "/version").status == 200
        assert json.loads(at_door("POST", "/info", {"type": "meta"}).body)["universe"]
        assert json.loads(at_door("POST", "/operator", act(live)).body)["status"] == "ok"
        assert at_door("GET", "/operator").status == 405
        for method, path in NOT_AT_THE_DOOR:
            assert at_door(method, path, {}).status == 404


class Heard:
    """A client's socket that keeps what it is sent."""

    def __init__(self) -> None:
        self.is_open = True
        self.sent: list[bytes] = []

    def send(self, payload: bytes) -> None:
        self.sent.append(payload)

    def send_framed(self, frame: bytes, state: int) -> None:
        self.sent.append(frame)

    def hold_up(self) -> None: ...

    def go_on(self) -> None: ...

    def answers(self, channel: str) -> list[dict[str, Any]]:
        said = [json.loads(sent) for sent in self.sent if sent.startswith(b"{")]
        return [one["data"] for one in said if one["channel"] == channel]

    async def until_answered(self, posts: int) -> None:
        while len(self.answers("post")) < posts:
            await asyncio.sleep(0)


def test_the_consoles_socket_reads_and_takes_no_actions(built: Path, tmp_path: Path) -> None:
    """ADR 0049: what may not be sent to its /exchange may not be posted there either."""
    with LiveGateway(tmp_path, GatewaySettings(console_apart=True), gateways=1) as live:
        door, outlet = ConsoleDoor(live.app, "http://venue:3001"), Heard()
        listener = live.run(door.listen(outlet, "/ws", "127.0.0.1", "console"))
        order = account(0).l1(order_action(limit_order()), live.nonce())
        wanted = [("action", order), ("info", {"type": "meta"})]
        for number, (kind, payload) in enumerate(wanted):
            request = {"type": kind, "payload": payload}
            frame = {"method": "post", "id": number, "request": request}
            live.on_loop(partial(listener.frame, json.dumps(frame).encode()))
        follow = {"method": "subscribe", "subscription": {"type": "announcements"}}
        live.on_loop(partial(listener.frame, json.dumps(follow).encode()))
        live.run(outlet.until_answered(2))
        posts = {answer["id"]: answer["response"] for answer in outlet.answers("post")}
        assert posts[0]["type"] == "error"
        assert posts[0]["payload"].startswith("404: ")
        assert "http://venue:3001/exchange" in posts[0]["payload"]
        assert posts[1]["payload"]["data"]["universe"]
        assert outlet.answers("subscriptionResponse")
        assert not live.node.engine.venue.users[account(0).address].accounts[0].orders
        live.on_loop(partial(listener.end, False))


def test_the_consoles_address_is_part_of_the_settings(tmp_path: Path) -> None:
    here = ServeSettings(data_dir=tmp_path, port=3001)
    assert (here.console_apart, here.console_url) == (False, "http://127.0.0.1:3001/console/")
    apart = ServeSettings(data_dir=tmp_path, console_port=3999, console_host="::")
    assert (apart.console_apart, apart.console_url) == (True, "http://[::1]:3999/console/")
