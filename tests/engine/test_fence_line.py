"""LIQ-9: fences in blocks are found, put and taken as in one sorted list."""

from __future__ import annotations

from random import Random

import pytest

from bellwether.engine.liquidation.fence_line import MOST, FenceLine


def found_below(line: FenceLine, value: int) -> list[int]:
    found: list[int] = []
    line.collect(value, found)
    return found


@pytest.mark.parametrize("seed", range(2))
def test_blocks_hold_what_one_sorted_list_holds(seed: int) -> None:
    """It grows to many blocks, shrinks to none, and is asked all the way."""
    random = Random(seed)
    line, plain = FenceLine(), set[tuple[int, int]]()
    for growing in (True, False, True, False):
        for number in range(6 * MOST):
            if growing:
                fence = (random.randint(-(10**6), 10**6), number)
                line.put(*fence)
                plain.add(fence)
            if plain and (not growing or random.random() < 0.2):
                fence = random.choice(tuple(plain)) if number % 64 == 0 else min(plain)
                plain.remove(fence)
                line.take(*fence)
            if number % 97 == 0:
                value = random.randint(-(10**6), 10**6)
                expected = [number for limit, number in sorted(plain) if limit < value]
                assert found_below(line, value) == expected
        assert [fence for block in line.blocks for fence in block] == sorted(plain)
        assert [block[-1] for block in line.blocks] == line.lasts
        assert all(0 < len(block) <= MOST for block in line.blocks)
        assert len(line.blocks) > 3 or not growing
    assert not plain and not line.blocks


def test_a_limit_itself_is_not_crossed() -> None:
    line = FenceLine()
    line.put(5, 1)
    line.put(5, 0)
    line.put(4, 9)
    assert found_below(line, 5) == [9]
    assert found_below(line, 6) == [9, 0, 1], "of one limit the lower account first"


def test_what_does_not_stand_can_not_be_taken() -> None:
    line = FenceLine()
    line.put(5, 1)
    for fence in ((5, 0), (5, 2), (6, 1)):
        with pytest.raises(AssertionError, match="stands"):
            line.take(*fence)
