"""One live gateway a test module; tests tell their orders apart by price or account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.gateway.live import LiveGateway


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveGateway]:
    with LiveGateway(tmp_path_factory.mktemp("venue")) as live:
        yield live
