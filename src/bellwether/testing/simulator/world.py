"""A world out of a plan: first everything may fail and nothing may be wrong, then all must work.

In the safety phase the plan's steps happen: clients, operators and feeds speak to the venue, and
disk, clock, network and processes fail. In the liveness phase nothing fails any more, and the venue
must serve everybody again within a minute.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Final, final

import msgspec
import structlog

from bellwether.engine.engine import Engine
from bellwether.journal import FileJournal, JournalError, Snapshot, SnapshotStore, verify_chain
from bellwether.node.commit.batch import Receipt
from bellwether.node.errors import NodeError
from bellwether.node.recovery import recover, replay_record
from bellwether.schema import codes, rejects
from bellwether.schema.commands import ActTogether, AnyCommand, Noop
from bellwether.schema.events import CommandRefused
from bellwether.testing.faulty_disk import FaultyDisk
from bellwether.testing.simulator.cast.customers import say
from bellwether.testing.simulator.cast.operators import act, key_of
from bellwether.testing.simulator.cast.traders import trader
from bellwether.testing.simulator.clock import WallClock
from bellwether.testing.simulator.faults import Faults, Halted
from bellwether.testing.simulator.invariants import Violation
from bellwether.testing.simulator.loop import NS_PER_S, Timeline
from bellwether.testing.simulator.network import Network
from bellwether.testing.simulator.plan import FAULTS, LIES, TRADING, Plan, Step
from bellwether.testing.simulator.venue_life import (
    JOURNAL,
    NS_PER_MS,
    SNAPSHOTS,
    START_NS,
    VenueLife,
)
from bellwether.testing.simulator.witness import Witness

LIVELY_WITHIN_NS: Final = 60 * NS_PER_S
"""How long the venue may take to serve again once nothing fails any more."""

_RETRY_NS: Final = 3 * NS_PER_S
_PROBE_TRIES: Final = 3
_MOST_CALLBACKS: Final = 5_000_000


class Outcome(msgspec.Struct, frozen=True):
    """What became of a world. `violation` is empty if nothing was wrong; `digest` is a hash over
    all events; `lied` says that the disk broke its word and the venue could not go on."""

    seed: int
    steps: int
    commands: int
    events: int
    lives: int
    halts: int
    refusals: int
    virtual_s: int
    digest: str
    violation: str
    code: str
    lied: bool
    faults: dict[str, int]
    census: dict[str, int]
    audited: bool


class Request(msgspec.Struct):
    """What a client wants carried out, however often it has to ask."""

    client: int
    command: AnyCommand
    luck: Random
    tries_left: int
    answer: Receipt | None = None


def run_world(plan: Plan) -> Outcome:
    """Runs a plan to its end; never raises for what the venue does.

    Garbage is collected between worlds: in one, the collector would walk over living state.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        with structlog.testing.capture_logs():
            return World(plan).run()
    finally:
        if collects:
            gc.collect()
            gc.enable()


@final
class World:
    """One venue and everybody around it."""

    def __init__(self, plan: Plan) -> None:
        features = plan.features
        self.plan = plan
        self.timeline = Timeline()
        self.luck = Random(plan.seed ^ 0x5EED)
        self.disk = FaultyDisk(plan.seed)
        self.wall = WallClock(self.timeline, START_NS)
        self.network = Network(
            self.timeline, features.loss_e2, features.replay_e2, features.delay_ms
        )
        self.process: VenueLife | None = None
        self.faults = Faults(self)
        self.witness = Witness(
            features.restore_every, features.lean_e3, features.audited, self.faults.is_durable
        )
        self.lives = 0
        self.counts: Counter[str] = Counter()
        self._nonces: dict[bytes, int] = {}
        self._callbacks = 0

    def run(self) -> Outcome:
        """Both phases, and the checks at the end."""
        self.start_process()
        for step in self.plan.steps:
            self.timeline.after(step.at_ns, partial(self._take_step, step))
        last_ns = self.plan.steps[-1].at_ns if self.plan.steps else 0
        try:
            self._run_until(lambda: self.timeline.now_ns > last_ns + NS_PER_S, "the steps end", -1)
            self._live()
            self._end()
        except Halted:
            pass
        finally:
            if self.process is not None:
                self.faults.end_process(self.process)
        return self._outcome()

    # -- what the cast does -------------------------------------------------------------------
    def ask(self, client: int, command: AnyCommand, luck: Random, retries: int) -> Request:
        """A client sends a command, and again if nobody answers."""
        if isinstance(command, ActTogether):
            # Its number was drawn for the account, and is used up for the key that sends it.
            used = self._nonces.get(command.signer, 0)
            self._nonces[command.signer] = max(used, command.nonce)
        request = Request(client, command, luck, retries)
        self._send(request)
        return request

    def nonce(self, key: bytes) -> int:
        """The next of a key: milliseconds, and more than any before."""
        now_ms = max(self.wall.true_ns, self.witness.board.time_ns) // NS_PER_MS
        self._nonces[key] = max(self._nonces.get(key, 0) + 1, now_ms)
        return self._nonces[key]

    def start_process(self) -> None:
        """A new life on what is on the disk."""
        self.lives += 1
        luck = Random(self.luck.getrandbits(48))
        self.process = VenueLife(
            self.plan.features, self.timeline, self.wall, self.disk, self.witness, luck
        )

    def fail(self, code: str, what: str) -> None:
        """An invariant does not hold."""
        self.witness.fail(code, what)

    def _take_step(self, step: Step) -> None:
        self.counts[step.kind] += 1
        luck = Random(step.luck)
        if step.kind in FAULTS or step.kind in LIES:
            self.faults.strike(step.kind, step.who, luck)
            return
        if step.kind == "advance":
            process = self.process
            if process is not None and process.state == "up":
                process.advance(luck.choice((1, 1, 3, 3, 10, 10, 60, 60, 600)) * NS_PER_S)
            return
        board = self.witness.board
        if step.kind in TRADING:
            key = trader(step.who)
            head = (key, b"", self.nonce(key), 0)
            depth = self.plan.features.depth
            command = say(step.kind, step.who, luck, board, head, depth)
        else:
            key = key_of(step.kind, luck)
            command = act(step.kind, key, self.nonce(key), luck, board)
        self.ask(step.who, command, luck, self.plan.features.retries)

    def _send(self, request: Request) -> None:
        self.network.carry(request.client, request.luck, lambda: self._arrive(request))
        if request.tries_left > 0:
            self.timeline.after(_RETRY_NS, lambda: self._send_again(request))

    def _send_again(self, request: Request) -> None:
        if request.answer is None:
            request.tries_left -= 1
            self._send(request)

    def _arrive(self, request: Request) -> None:
        process = self.process
        if process is None or process.state != "up":
            return
        was_halted = process.failure is not None

        def answered(answer: Receipt | Exception) -> None:
            if isinstance(answer, Exception):
                return
            if was_halted:
                self.fail("I16", "a venue that has halted acknowledged a command")
            self.witness.check_receipt(answer)
            self.network.carry(request.client, request.luck, lambda: self._hear(request, answer))

        process.ask(request.command, answered)

    def _hear(self, request: Request, answer: Receipt) -> None:
        """The client has the answer; a later one can only be a refusal of the nonce."""
        if request.answer is None:
            request.answer = answer

    # -- how time goes on ---------------------------------------------------------------------
    def _run_until(self, done: Callable[[], bool], what: str, within_ns: int) -> None:
        """Lets everything happen until `done`. Beyond `within_ns` it is a violation."""
        deadline = self.timeline.now_ns + within_ns
        while not done():
            if within_ns >= 0 and self.timeline.now_ns > deadline:
                self.fail("LIVE", f"{what}: not within {within_ns // NS_PER_S} s")
            if self.witness.violation is not None:
                raise Halted
            if not self._happen():
                if within_ns >= 0:
                    self.fail("LIVE", f"{what}: nothing happens any more")
                    raise Halted
                return

    def _happen(self) -> bool:
        """The next thing there is, of the process or of the world; False if there is none."""
        process, timeline = self.process, self.timeline
        due: int | None = None
        if process is not None:
            now = timeline.now_ns
            due = now if not process.loop.is_idle else process.loop.next_ns
            if due is not None:
                due = max(due, process.paused_until_ns)
                if due <= now:
                    self._run_process(process)
                    return True
        outside = timeline.next_ns
        if outside is not None and (due is None or outside <= due):
            timeline.run_next()
            return True
        if due is None:
            return False
        timeline.now_ns = due
        return True

    def _run_process(self, process: VenueLife) -> None:
        process.loop.run_due()
        if process.loop.is_idle:
            return
        process.loop.run_one()
        self._callbacks += 1
        if self._callbacks > _MOST_CALLBACKS:
            self.fail("LIVE", "the venue spins")
        self.faults.after_callback(process)

    # -- the end ------------------------------------------------------------------------------
    def _live(self) -> None:
        """Nothing fails any more: everybody is served within a minute (liveness)."""
        self.faults.cease()
        self._run_until(self._is_up, "the venue is up", LIVELY_WITHIN_NS)
        probes: list[Request] = []
        for number in range(self.plan.features.traders):
            key = trader(number)
            command = Noop(key, b"", self.nonce(key), 0)
            probes.append(self.ask(number, command, Random(number), _PROBE_TRIES))
        answered = lambda: all(p.answer is not None for p in probes)  # noqa: E731
        self._run_until(answered, "everybody is answered", LIVELY_WITHIN_NS)
        for probe in probes:
            assert probe.answer is not None
            refused = [e for e in probe.answer.events if isinstance(e, CommandRefused)]
            # For some accounts others sign by now: that this is said is an answer, too. A command
            # that met the last slow write has been sent twice, and was taken once.
            twice = (rejects.NONCE_DUPLICATE,) if probe.tries_left < _PROBE_TRIES else ()
            if refused and refused[0].reason not in (rejects.MULTI_SIG_REQUIRED, *twice):
                self.fail("LIVE", f"a fresh command is refused with {refused[0].reason}")
        process = self.process
        assert process is not None
        settled = lambda: process.asked == 0  # noqa: E731
        self._run_until(settled, "every command has its answer", LIVELY_WITHIN_NS)
        is_open = lambda: process.node.venue.status == codes.OPEN  # noqa: E731
        self._run_until(is_open, "the disk is trusted again", LIVELY_WITHIN_NS)

    def _is_up(self) -> bool:
        process = self.process
        return process is not None and process.state == "up" and process.failure is None

    def _end(self) -> None:
        """A stop in good order, and then everything once more from what is on the disk."""
        process = self.process
        assert process is not None
        process.stop()
        ended = lambda: process.state == "ended"  # noqa: E731
        self._run_until(ended, "the venue stops", LIVELY_WITHIN_NS)
        self.faults.end_process(process)
        self.process = None
        self.witness.check_all()
        if self.witness.violation is not None:
            return
        try:
            self._check_disk()
        except (Violation, JournalError, NodeError) as error:
            self.fail("I15", f"what is on the disk is not what happened: {error}")
        if self.faults.may_lie:
            # That it was noticed is all that one machine can do.
            self.faults.lied = not self.witness.forgive()

    def _check_disk(self) -> None:
        """The chain is whole; from the first command and from every snapshot the state is one."""
        report = verify_chain(JOURNAL, self.disk)
        if not report.ok or report.tail_seq != len(self.witness.told):
            self.fail("I16", f"{report.summary}; {len(self.witness.told)} commands were told")
            return
        expected = self.witness.state_hash()
        with FileJournal.open(JOURNAL, self.disk, self.plan.features.segment_bytes) as journal:
            empty = SnapshotStore(SNAPSHOTS / "none", self.disk)
            states = [("the first command", recover(journal, empty).engine.state_hash())]
            store = SnapshotStore(SNAPSHOTS, self.disk)
            for seq in store.list():
                snapshot = store.newest(seq)
                if snapshot is not None and snapshot.seq == seq:
                    states.append((f"snapshot {seq}", _replayed(journal, snapshot)))
        for start, state_hash in states:
            if state_hash != expected:
                self.fail("I15", f"the state from {start} on is another one")

    def _outcome(self) -> Outcome:
        witness = self.witness
        violation = witness.violation
        return Outcome(
            self.plan.seed,
            len(self.plan.steps),
            len(witness.told),
            witness.events,
            self.lives,
            self.faults.halts,
            self.faults.refusals,
            self.timeline.now_ns // NS_PER_S,
            witness.digest.hexdigest(),
            "" if violation is None else violation.what,
            "" if violation is None else violation.code,
            self.faults.lied,
            {kind: count for kind, count in self.counts.items() if kind in FAULTS + LIES},
            dict(witness.census),
            self.plan.features.audited,
        )


def _replayed(journal: FileJournal, snapshot: Snapshot) -> bytes:
    """The hash of the state that a snapshot and the records behind it give."""
    engine = Engine.restore(snapshot.state)
    for record in journal.read(snapshot.seq + 1):
        if record.first_seq > snapshot.seq:
            replay_record(engine, record)
    return engine.state_hash()
