"""Stops that follow a price at a distance (ORD-1): no work for those that merely move along.

Orders whose best price since they began is the same are one group. When the price goes on in their
favour, all groups that it passes become one, and in a group alone no order is looked at: a trigger
is the group's best price less the order's own distance. A group is made by an order and ends in a
merger, so that over time prices cost what has been placed, not what waits.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, final

from bellwether.units.division import div_down
from bellwether.units.quantities import FRACTION_ONE

if TYPE_CHECKING:
    from bellwether.book.order import Order


@final
class Trail:
    """How far a stop follows: `atoms`, or `e6` millionths of the best price; the other is 0.

    `best` is the best price when the order last joined or left a group, 0 before it has begun.
    """

    __slots__ = ("atoms", "best", "e6", "group")

    def __init__(self, atoms: int, e6: int) -> None:
        self.atoms: int = atoms
        self.e6: int = e6
        self.best: int = 0
        self.group: TrailGroup | None = None


@final
class TrailGroup:
    """Orders of one side with one best price. `height` is that price, negated where buyers wait.

    Both lists ascend by (distance, order id). `front` is the entry of the nearest trigger.
    """

    __slots__ = ("by_atoms", "by_share", "front", "height")

    def __init__(self, height: int) -> None:
        self.height: int = height
        self.by_atoms: list[tuple[int, int]] = []
        self.by_share: list[tuple[int, int]] = []
        self.front: tuple[int, int] = (0, 0)

    def size(self) -> int:
        """How many orders there are."""
        return len(self.by_atoms) + len(self.by_share)

    def nearest(self) -> tuple[int, int]:
        """(height of the trigger in millionths, negated order id) of what would fire first."""
        at = self.height * FRACTION_ONE
        if not self.by_share:
            distance, order_id = self.by_atoms[0]
            return at - distance * FRACTION_ONE, -order_id
        distance, order_id = self.by_share[0]
        size = self.height if self.height > 0 else -self.height
        shared = (at - distance * size, -order_id)
        if not self.by_atoms:
            return shared
        distance, order_id = self.by_atoms[0]
        fixed = (at - distance * FRACTION_ONE, -order_id)
        return fixed if fixed > shared else shared


@final
class TrailingSide:
    """The trailing stops of sellers (`sign` 1) or of buyers (-1).

    A price times the sign is a height: orders follow when it rises and fire when it falls. `keys`
    are negated heights of `groups`, ascending; `fronts` ascend by the groups' nearest triggers.
    """

    __slots__ = ("fronts", "groups", "keys", "orders", "sign")

    def __init__(self, sign: int) -> None:
        self.sign: int = sign
        self.keys: list[int] = []
        self.groups: list[TrailGroup] = []
        self.fronts: list[tuple[int, int]] = []
        self.orders: dict[int, Order] = {}

    def insert(self, order: Order, trail: Trail, price: int) -> None:
        """Lets an order follow from its best price, or from `price` where that is better."""
        height = self.sign * price
        if trail.best != 0 and self.sign * trail.best > height:
            height = self.sign * trail.best
        place = bisect_left(self.keys, -height)
        if place == len(self.keys) or self.keys[place] != -height:
            self.keys.insert(place, -height)
            self.groups.insert(place, TrailGroup(height))
        else:
            self._drop_front(self.groups[place])
        group = self.groups[place]
        self.orders[order.order_id] = order
        _join(group, order.order_id, trail)
        trail.best = self.sign * height
        self._set_front(group)

    def remove(self, order: Order, trail: Trail) -> None:
        """Takes an order out; it keeps the best price that it has seen."""
        group = trail.group
        assert group is not None, "an order that follows is in a group"
        self._drop_front(group)
        distances = group.by_share if trail.e6 > 0 else group.by_atoms
        entry = (trail.e6 if trail.e6 > 0 else trail.atoms, order.order_id)
        place = bisect_left(distances, entry)
        assert distances[place] == entry, "an order that follows is in its group"
        del distances[place]
        del self.orders[order.order_id]
        trail.best = self.sign * group.height
        trail.group = None
        if group.size() == 0:
            place = bisect_left(self.keys, -group.height)
            del self.keys[place]
            del self.groups[place]
        else:
            self._set_front(group)

    def follow(self, price: int) -> None:
        """The price has moved: groups that it has passed have their best price there."""
        height = self.sign * price
        if not self.keys or -self.keys[-1] >= height:
            return
        merged = self._pop()
        while self.keys and -self.keys[-1] <= height:
            merged = self._merged(merged, self._pop())
        merged.height = height
        self.keys.append(-height)
        self.groups.append(merged)
        self._set_front(merged)

    def first(self, price: int) -> tuple[int, int]:
        """(trigger in millionths of an atom, order id) of what fires first at a price, or zeros."""
        if not self.fronts:
            return 0, 0
        trigger, negated_id = self.fronts[-1]
        if trigger < self.sign * price * FRACTION_ONE:
            return 0, 0
        return self.sign * trigger, -negated_id

    def trigger_price(self, trail: Trail) -> int:
        """Where an order that has begun to follow fires as things stand, price atoms."""
        group = trail.group
        height = self.sign * trail.best if group is None else group.height
        size = height if height > 0 else -height
        distance = size * trail.e6 if trail.e6 > 0 else trail.atoms * FRACTION_ONE
        return self.sign * div_down(height * FRACTION_ONE - distance, FRACTION_ONE)

    def _pop(self) -> TrailGroup:
        self.keys.pop()
        group = self.groups.pop()
        self._drop_front(group)
        return group

    def _merged(self, one: TrailGroup, other: TrailGroup) -> TrailGroup:
        """The smaller group's orders join the larger group."""
        large, small = (one, other) if one.size() >= other.size() else (other, one)
        for distances in (small.by_atoms, small.by_share):
            for _, order_id in distances:
                trail = self.orders[order_id].trail
                assert trail is not None, "an order that follows has a distance"
                _join(large, order_id, trail)
        return large

    def _set_front(self, group: TrailGroup) -> None:
        group.front = group.nearest()
        insort(self.fronts, group.front)

    def _drop_front(self, group: TrailGroup) -> None:
        place = bisect_left(self.fronts, group.front)
        assert self.fronts[place] == group.front, "a group has its nearest trigger listed"
        del self.fronts[place]


def _join(group: TrailGroup, order_id: int, trail: Trail) -> None:
    if trail.e6 > 0:
        insort(group.by_share, (trail.e6, order_id))
    else:
        insort(group.by_atoms, (trail.atoms, order_id))
    trail.group = group
