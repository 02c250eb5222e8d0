"""Batches are encoded piece by piece; the journal must not be able to tell."""

from __future__ import annotations

import msgspec
import pytest

from bellwether.node.commit.payload import Payload


@pytest.mark.parametrize("sizes", [[], [0], [1], [15], [8, 8], [16, 1], [70_000, 3], [40_000] * 2])
def test_pieces_give_the_bytes_of_the_whole(sizes: list[int]) -> None:
    payload, whole = Payload(), []
    for size in sizes:
        piece = [(number, "event") for number in range(size)]
        payload.add(msgspec.msgpack.encode(piece), len(piece))
        whole += piece
    assert payload.whole() == msgspec.msgpack.encode(whole)
