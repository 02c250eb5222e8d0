"""Withdrawals: asked for, approved, paid or returned, and what stops them (RULE-3, RULE-9)."""

from __future__ import annotations

from dataclasses import dataclass, field

from bellwether.audit.accounts import Accounts
from bellwether.audit.arithmetic import HOUR_NS, MS_NS
from bellwether.audit.things import User
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    ApproveWithdrawal,
    Debit,
    PauseWithdrawals,
    RefuseWithdrawal,
    ReleaseWithdrawal,
    RequestWithdrawal,
    ResumeWithdrawals,
    SetWithdrawalTerms,
)
from bellwether.schema.events import (
    Announced,
    Debited,
    NewAddressDelaySet,
    WithdrawalApproved,
    WithdrawalRefused,
    WithdrawalReleased,
    WithdrawalRequested,
    WithdrawalsPaused,
    WithdrawalsResumed,
    WithdrawalTermsSet,
)
from bellwether.schema.parts.withdrawals import WithdrawalTerms

MOST_PENDING = 20
MOST_ADDRESSES = 50


@dataclass(eq=False)
class Withdrawal:
    """Asked for at `made_ns`; `standing` says that it waits still."""

    number: int
    user: User
    dex: str
    to: bytes
    amount: int
    made_ns: int
    due_ns: int
    needed: int
    standing: bool = True
    refused: bool = False
    approvals: set[bytes] = field(default_factory=set)


class Payouts(Accounts):
    """All that was ever asked for is kept; caps are added up from it."""

    def __init__(self) -> None:
        super().__init__()
        self.terms = WithdrawalTerms()
        self.is_paused = False
        self.withdrawals: dict[int, Withdrawal] = {}
        self.paid_out: list[tuple[int, int]] = []

    def asked_lately(self, user: User) -> int:
        """What the account has asked for since an hour ago and was not refused."""
        mine = (w for w in self.withdrawals.values() if w.user is user and not w.refused)
        return sum(w.amount for w in mine if w.made_ns > self.now - HOUR_NS)

    def room(self) -> int:
        """What may still leave the venue."""
        since = self.now - HOUR_NS
        left = sum(amount for when, amount in self.paid_out if when > since)
        return max(0, self.terms.venue_hourly_e6 - left)

    def withdraw(self, user: User, command: RequestWithdrawal) -> None:
        """The money leaves the account at once; what is large waits, and needs keys (MARG-6)."""
        name, amount = command.dex, command.amount_e6
        reason, detail = self.request_refusal(user, command)
        if reason:
            self.command_refused(reason, detail)
            return
        size = amount + self.asked_lately(user)
        delay, needed = 0, 0
        if size > self.terms.large_above_e6:
            delay, needed = self.terms.large_delay_ns, self.terms.large_approvals
        elif size > self.terms.delayed_above_e6:
            delay = self.terms.delay_ns
        number = len(self.withdrawals) + 1
        to, nonce = command.destination, command.nonce
        due = max(self.now + delay, self.payable_at(user, to))
        asked = Withdrawal(number, user, name, to, amount, self.now, due, needed)
        self.withdrawals[number] = asked
        user.cash[name] -= amount
        self.dexes[name].pending += amount
        self.script.say(
            WithdrawalRequested(number, user.address, to, name, amount, nonce, due, needed)
        )

    def payable_at(self, user: User, to: bytes) -> int:
        """From when on the address may be paid: its own at once, another as it was first told."""
        if to == user.address:
            return self.now
        for address, when in user.filed:
            if address == to:
                return when
        when = self.now + self.terms.new_address_delay_ns
        user.filed = [*user.filed, (to, when)][-MOST_ADDRESSES:]
        return when

    def request_refusal(self, user: User, command: RequestWithdrawal) -> tuple[int, int]:
        """What stands against a withdrawal."""
        terms, amount = self.terms, command.amount_e6
        waiting = sum(1 for w in self.withdrawals.values() if w.user is user and w.standing)
        room = max(0, terms.account_hourly_e6 - self.asked_lately(user))
        if self.is_paused:
            return rejects.WITHDRAWALS_PAUSED, 0
        if command.dex not in self.dexes:
            return rejects.DEX_UNKNOWN, 0
        if len(command.destination) != 20 or not any(command.destination):
            return rejects.DESTINATION_INVALID, 0
        if amount < terms.least_e6:
            return rejects.WITHDRAWAL_TOO_SMALL, terms.least_e6
        if amount > self.withdrawable(user, command.dex):
            return rejects.NOTHING_TO_WITHDRAW, 0
        if waiting >= MOST_PENDING:
            return rejects.TOO_MANY_WITHDRAWALS, MOST_PENDING
        return (rejects.ACCOUNT_HOUR_USED_UP, room) if amount > room else (rejects.ACCEPTED, 0)

    def waiting_one(self, number: int) -> Withdrawal | None:
        """A withdrawal that waits still; None, and a refusal, where there is none."""
        found = self.withdrawals.get(number)
        if found is None or not found.standing:
            self.command_refused(rejects.WITHDRAWAL_UNKNOWN, number)
            return None
        return found

    def approve_withdrawal(self, command: ApproveWithdrawal) -> None:
        """A key more, each once, and none signed before there was something to approve."""
        roles = codes.CUSTODIAN | codes.RISK
        if not self.admit_operator(command.signer, command.nonce, roles):
            return
        found = self.waiting_one(command.withdrawal_id)
        if found is None:
            return
        if self.check_nonce_window and command.nonce < found.made_ns // MS_NS:
            self.command_refused(rejects.WITHDRAWAL_UNKNOWN, found.number)
        elif not found.needed:
            self.command_refused(rejects.NO_APPROVAL_NEEDED, found.number)
        elif command.signer in found.approvals:
            self.command_refused(rejects.APPROVED_BEFORE, found.number)
        else:
            found.approvals.add(command.signer)
            self.script.say(WithdrawalApproved(found.number, command.signer))

    def release_withdrawal(self, command: ReleaseWithdrawal) -> None:
        """The custodian pays what is due, approved and within the venue's hour."""
        if not self.admit_operator(command.signer, command.nonce, codes.CUSTODIAN):
            return
        found = self.waiting_one(command.withdrawal_id)
        if found is None:
            return
        missing, room = found.needed - len(found.approvals), self.room()
        if self.is_paused:
            self.command_refused(rejects.WITHDRAWALS_PAUSED)
        elif self.now < found.due_ns:
            self.command_refused(rejects.WITHDRAWAL_NOT_DUE, found.due_ns // MS_NS)
        elif missing > 0:
            self.command_refused(rejects.APPROVALS_MISSING, missing)
        elif command.reference in self.references:
            self.command_refused(rejects.REFERENCE_USED)
        elif found.amount > room:
            self.command_refused(rejects.VENUE_HOUR_USED_UP, room)
        else:
            self.references.add(command.reference)
            found.standing = False
            self.dexes[found.dex].pending -= found.amount
            self.pay_out(found.dex, found.amount)
            who, key = found.user.address, command.signer
            self.script.say(
                WithdrawalReleased(
                    found.number, who, found.dex, found.amount, key, command.reference
                )
            )

    def pay_out(self, dex: str, amount: int) -> None:
        """The custodian holds less."""
        self.dexes[dex].custody -= amount
        self.paid_out.append((self.now, amount))

    def refuse_withdrawal(self, command: RefuseWithdrawal) -> None:
        """The money returns, and the account's hour is as if nothing had been asked for."""
        roles = codes.CUSTODIAN | codes.RISK
        if not self.admit_operator(command.signer, command.nonce, roles):
            return
        found = self.waiting_one(command.withdrawal_id)
        if found is None:
            return
        if not command.grounds:
            self.command_refused(rejects.GROUNDS_MISSING)
            return
        found.standing, found.refused = False, True
        found.user.filed = [entry for entry in found.user.filed if entry[0] != found.to]
        found.user.cash[found.dex] += found.amount
        self.dexes[found.dex].pending -= found.amount
        who, key = found.user.address, command.signer
        self.script.say(
            WithdrawalRefused(found.number, who, found.dex, found.amount, key, command.grounds)
        )

    def debit(self, command: Debit) -> None:
        """A withdrawal that the custodian pays (RULE-3, MARG-6); what is large takes a request."""
        if not self.admit_operator(command.signer, command.nonce, codes.CUSTODIAN):
            return
        who, name, amount = command.user, command.dex, command.amount_e6
        user, room = self.users.get(who), self.room()
        if name not in self.dexes:
            self.command_refused(rejects.DEX_UNKNOWN)
        elif amount <= 0:
            self.command_refused(rejects.AMOUNT_INVALID)
        elif command.reference in self.references:
            self.command_refused(rejects.REFERENCE_USED)
        elif self.is_paused:
            self.command_refused(rejects.WITHDRAWALS_PAUSED)
        elif amount > self.terms.large_above_e6:
            self.command_refused(rejects.NEEDS_A_REQUEST, self.terms.large_above_e6)
        elif amount > room:
            self.command_refused(rejects.VENUE_HOUR_USED_UP, room)
        elif user is None or amount > self.withdrawable(user, name):
            self.command_refused(rejects.BALANCE_TOO_SMALL)
        else:
            self.references.add(command.reference)
            user.cash[name] -= amount
            self.pay_out(name, amount)
            self.script.say(Debited(who, name, amount, command.reference))

    def pause_withdrawals(self, command: PauseWithdrawals) -> None:
        """One key stops all, and says why."""
        roles = codes.RISK | codes.SETTLER | codes.CUSTODIAN
        if not self.admit_operator(command.signer, command.nonce, roles):
            return
        if not command.grounds:
            self.command_refused(rejects.GROUNDS_MISSING)
        elif self.is_paused:
            self.command_refused(rejects.ALREADY_SO)
        else:
            self.is_paused = True
            self.script.say(WithdrawalsPaused(command.signer, command.grounds))
            told = self.script.take(Announced, "a pause is public")
            self.script.demand(told.grounds == command.grounds, "the pause's grounds", told)

    def steer_withdrawals(self, act: ResumeWithdrawals | SetWithdrawalTerms) -> None:
        """Two keys have let money leave again, or on other terms."""
        if isinstance(act, SetWithdrawalTerms):
            self.script.demand(not act.terms.faults(), "terms without a fault", act)
            before, self.terms = self.terms, act.terms
            self.script.say(WithdrawalTermsSet(act.terms.by_amount()))
            delay = act.terms.new_address_delay_ns
            if delay != before.new_address_delay_ns:
                self.script.say(NewAddressDelaySet(delay))
        else:
            self.script.demand(self.is_paused, "a pause that ends", act)
            self.is_paused = False
            self.script.say(WithdrawalsResumed())
