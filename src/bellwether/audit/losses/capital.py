"""Money for funds and vaults, and who takes liquidated positions on (LIQ-3, LIQ-5)."""

from __future__ import annotations

from bellwether.audit.accounts import MOST_HELD
from bellwether.audit.fees.claims import Claims
from bellwether.audit.orders import admits, has_accepted
from bellwether.audit.things import Market, Provider, User
from bellwether.schema import codes, rejects
from bellwether.schema.commands import PayInCapital, SetAssignment
from bellwether.schema.events import AssignmentSet, CapitalPaidIn

EDGES = range(75, 251)
MOST_LOTS = 1 << 53


class Capital(Claims):
    """The custodian pays in; providers opt in and out."""

    def pay_in(self, command: PayInCapital) -> None:
        """Money from outside, its reference used once."""
        if not self.admit_operator(command.signer, command.nonce, codes.CUSTODIAN):
            return
        market = self.markets.get(command.asset)
        reason = rejects.MARKET_UNKNOWN if market is None else self.capital_refusal(market, command)
        if market is None or reason:
            self.command_refused(reason, command.asset)
            return
        self.references.add(command.reference)
        address, losses = b"", market.losses
        if command.is_backstop:
            address = self.open_vault(market)
            losses.vault.capital += command.amount_e6
            self.users[address].cash[market.dex] += command.amount_e6
        else:
            losses.fund += command.amount_e6
        self.dexes[market.dex].custody += command.amount_e6
        self.script.say(CapitalPaidIn(market.asset, address, command.amount_e6, command.reference))

    def capital_refusal(self, market: Market, command: PayInCapital) -> int:
        """What stands against it."""
        if market.phase == codes.SETTLED:
            return rejects.PHASE_FORBIDS
        if command.is_backstop and market.spec.losses.backstop_loss_limit_e6 == 0:
            return rejects.NO_BACKSTOP
        if not 0 < command.amount_e6 <= MOST_HELD - self.dexes[market.dex].custody:
            return rejects.AMOUNT_INVALID
        if command.reference in self.references:
            return rejects.REFERENCE_USED
        return rejects.ACCEPTED

    def assign(self, user: User, command: SetAssignment) -> None:
        """An account takes positions on from now on, or no more."""
        market = self.markets.get(command.asset)
        reason = rejects.MARKET_UNKNOWN
        if market is not None:
            reason = self.assignment_refusal(market, user, command)
        if market is None or reason:
            self.command_refused(reason, command.asset)
            return
        self.account(user, market.dex)
        terms = Provider(
            command.accepts_long,
            command.accepts_short,
            command.most_lots,
            command.most_position_lots,
            command.edge_bp,
            command.days,
        )
        if terms.accepts_long or terms.accepts_short:
            self.open(user, market)
            market.losses.providers[user.address] = terms
        else:
            market.losses.providers.pop(user.address, None)
        self.script.say(
            AssignmentSet(
                user.address,
                market.asset,
                terms.accepts_long,
                terms.accepts_short,
                terms.most_lots,
                terms.most_position_lots,
                terms.edge_bp,
                terms.days,
            )
        )

    def assignment_refusal(self, market: Market, user: User, command: SetAssignment) -> int:
        """What stands against opting in; nothing does against opting out."""
        if not (command.accepts_long or command.accepts_short):
            return rejects.ACCEPTED
        if not self.protects(market):
            return rejects.NO_ASSIGNMENT_HERE
        if not admits(market, user):
            return rejects.NOT_ELIGIBLE
        if not has_accepted(market, user):
            return rejects.DISCLOSURE_MISSING
        if command.edge_bp not in EDGES:
            return rejects.ASSIGNMENT_EDGE_INVALID
        sizes = (command.most_lots, command.most_position_lots)
        days = (codes.EVERY_DAY, codes.WEEKDAYS, codes.WEEKENDS)
        if not all(0 < lots <= MOST_LOTS for lots in sizes) or command.days not in days:
            return rejects.ASSIGNMENT_LIMITS_INVALID
        return rejects.ACCEPTED
