"""What is logged never holds a key, a signature or a body (SECURITY.md)."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from websockets.sync.client import connect

from bellwether.node.founding.dev_keys import DEV_ACCOUNTS, DEV_OPERATORS, dev_key
from tests.gateway.corpus import bad_requests
from tests.gateway.live import GatewaySettings, LiveGateway
from tests.gateway.wallet import account, custodian, limit_order, order_action

KEYS = [
    *(dev_key("account", number) for number in range(DEV_ACCOUNTS)),
    *(dev_key("operator", number) for number in range(DEV_OPERATORS)),
    dev_key("custodian"),
    dev_key("compliance"),
]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged by anybody, from debug on."""
    stream = io.StringIO()
    before = structlog.get_config()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    root, handler = logging.getLogger(), logging.StreamHandler(stream)
    level = root.level
    # The WebSocket library's debug level shows frames; a venue never switches it on.
    logging.getLogger("websockets").setLevel(logging.INFO)
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)
    logging.getLogger("websockets").setLevel(logging.NOTSET)
    structlog.configure(**before)


def broken(*arguments: object) -> None:
    raise RuntimeError("broken on purpose")


def test_a_run_at_debug_level_shows_no_keys_and_no_signatures(
    tmp_path_factory: pytest.TempPathFactory,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    directory, sent = tmp_path_factory.mktemp("logged"), []
    with LiveGateway(directory, GatewaySettings()) as gateway, gateway.client() as client:
        sent.append(account(0).l1(order_action(limit_order()), gateway.nonce()))
        act = {"type": "operator", "act": {"kind": "credit", "user": account(1).hex_address}}
        sent.append(custodian().l1(act, gateway.nonce()))
        client.post("/exchange", sent[0])
        client.post("/operator", sent[1])
        for bad in bad_requests():
            client.send("/exchange", bad.body)
        with connect(gateway.websocket_url, compression=None) as socket:
            sent.append(account(2).l1(order_action(limit_order()), gateway.nonce()))
            request = {"type": "action", "payload": sent[2]}
            socket.send(json.dumps({"method": "post", "id": 1, "request": request}))
            assert json.loads(socket.recv(10))["data"]["id"] == 1
        # The worst that can happen: something breaks with the order in its hands.
        sent.append(account(3).l1(order_action(limit_order()), gateway.nonce()))
        with monkeypatch.context() as patched:
            patched.setattr(gateway.node, "submit", broken)
            assert client.send("/exchange", json.dumps(sent[3]).encode())[0] == 500
    written = log.getvalue().lower()
    assert "node_started" in written
    assert "request_failed" in written
    for key in KEYS:
        assert key.hex() not in written
        assert repr(key).lower() not in written
    for body in sent:
        for name in ("r", "s"):
            digits = body["signature"][name].removeprefix("0x")
            assert digits not in written
            assert str(int(digits, 16)) not in written
