"""One live gateway a test module; tests tell their orders apart by price or account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.gateway.live import GATEWAYS, LiveGateway

BEHIND_TWO_AS_WELL = frozenset({"tests.gateway.test_exchange", "tests.gateway.test_websocket"})
"""Modules that run a second time with two gateway processes in front of the venue. All of them do
with BELLWETHER_GATEWAYS=2."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "gateway" in metafunc.fixturenames and metafunc.module.__name__ in BEHIND_TWO_AS_WELL:
        metafunc.parametrize("gateway", sorted({GATEWAYS, 2}), indirect=True, scope="module")


@pytest.fixture(scope="module")
def gateway(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveGateway]:
    gateways = getattr(request, "param", GATEWAYS)
    with LiveGateway(tmp_path_factory.mktemp("venue"), gateways=gateways) as live:
        yield live


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveGateway]:
    """Holds its connections itself, for tests that shorten its patience."""
    with LiveGateway(tmp_path_factory.mktemp("venue"), gateways=1) as live:
        yield live
