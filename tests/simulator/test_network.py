"""The simulated network delivers what it promises, and nothing else."""

from __future__ import annotations

from random import Random

from bellwether.testing.simulator.loop import NS_PER_S, Timeline
from bellwether.testing.simulator.network import Network


def delivered(network: Network, timeline: Timeline, count: int, client: int = 0) -> list[int]:
    arrived: list[int] = []
    for number in range(count):
        network.carry(client, Random(number), lambda number=number: arrived.append(number))
    while timeline.next_ns is not None:
        timeline.run_next()
    return arrived


def test_a_network_without_faults_delivers_everything_once() -> None:
    timeline = Timeline()
    arrived = delivered(Network(timeline, 0, 0, 1), timeline, 50)
    assert sorted(arrived) == list(range(50))


def test_messages_are_lost_doubled_and_overtake_one_another() -> None:
    timeline = Timeline()
    network = Network(timeline, 30, 50, 100)
    arrived = delivered(network, timeline, 200)
    assert network.lost > 20 and network.doubled > 20
    assert len(set(arrived)) < 200 < len(arrived) + network.lost
    assert arrived != sorted(arrived)


def test_who_is_cut_off_is_not_reached_until_it_is_over_or_repaired() -> None:
    timeline = Timeline()
    network = Network(timeline, 0, 0, 1)
    network.cut(3, NS_PER_S)
    assert delivered(network, timeline, 5, client=3) == []
    assert len(delivered(network, timeline, 5, client=4)) == 5
    network.cut(-1, NS_PER_S)
    assert delivered(network, timeline, 5, client=4) == []
    network.repair()
    assert len(delivered(network, timeline, 5, client=3)) == 5
