"""Operators' acts with one field wrong: refused by name, or carried out whole (IFACE-7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from bellwether.gateway.faults import Refused, WrongShape
from bellwether.gateway.operators.acts import ACTS
from bellwether.schema.commands import DecideProposal
from bellwether.schema.events import ProposalMade
from bellwether.schema.wire import encode_commands
from bellwether.testing.fuzzing.specimens import ACTS as GOOD
from tests.views.world import World, operator

WRONG: Final[tuple[Any, ...]] = (
    None,
    True,
    0,
    -1,
    1.5,
    2**53,
    2**63 - 1,
    2**63,
    "",
    "0",
    "-1",
    "1e9",
    "NaN",
    "999999999999999999999999",
    "0.000000001",
    "٣",
    "x" * 20_000,
    "\x00",
    [],
    {},
    [[]],
)
MARKETS: Final = frozenset({"listMarket", "changeSpec", "setPhase", "eventPhase", "resolveInput"})
"""What is accepted of these is approved too, and time passes: nothing falls over later."""


def mutations(kind: str) -> Iterator[dict[str, Any]]:
    """The act with one field, at any depth, left out or replaced."""
    act = {"kind": kind, **GOOD[kind]}
    for name, value in GOOD[kind].items():
        yield {field: kept for field, kept in act.items() if field != name}
        for wrong in WRONG:
            yield {**act, name: wrong}
        if isinstance(value, dict):
            for inner in value:
                yield {**act, name: {f: kept for f, kept in value.items() if f != inner}}
                for wrong in WRONG:
                    yield {**act, name: {**value, inner: wrong}}


def test_every_act_is_tried() -> None:
    assert set(GOOD) == set(ACTS)


@pytest.mark.parametrize("kind", sorted(ACTS))
def test_a_wrong_field_is_refused_or_the_act_is_whole(kind: str) -> None:
    world = World()
    world.apply(ACTS["observe"](GOOD["observe"], operator(0), world.nonce(), world.engine.venue))
    tried = refused = 0
    for act in mutations(kind):
        tried += 1
        try:
            command = ACTS[kind](act, operator(0), world.nonce(), world.engine.venue)
            encode_commands([(0, command)])
        except (Refused, WrongShape) as fault:
            assert str(fault) or getattr(fault, "text", "")
            refused += 1
            continue
        except OverflowError:
            continue  # the sequencer refuses it: a number beyond 64 bits (CommandUnfit)
        made = [e for e in world.apply(command) if isinstance(e, ProposalMade)]
        if made and kind in MARKETS:
            approval = DecideProposal(operator(1), world.nonce(), made[0].proposal_id, True)
            world.apply(approval)
            world.advance(10)
        world.engine.audit()
    assert refused > tried // 3
    world.views.close()
