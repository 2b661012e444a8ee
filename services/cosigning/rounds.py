"""Ask every witness to cosign the newest checkpoint, after each tick; nobody waits for them.

A witness that is away is asked again at later ticks, less and less often. When a witness is asked
depends on ticks and on the witness alone, so that it tells nobody what was recorded.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from msgspec.structs import replace

from ledger.errors import CaseBusy, DecodeError, StoreFault
from ledger.seal.merkle import consistency_proof
from ledger.seal.notes import Signature, parse_note
from ledger.seal.policy import AskedWitness, Policy
from ledger.seal.seal_store import SealStore
from ledger.seal.submission import (
    SIZE_TYPE,
    Submission,
    read_cosignature,
    read_size,
    write_submission,
)
from ledger.seal.unproven import Unproven
from services.clock import Clock, Steady
from services.cosigning.posting import Answered, WitnessAway, post
from services.cosigning.standing import Stand, Standing, read_standing, write_standing
from services.cosigning.witnesses import is_met, policy_of
from services.metrics.meters import COSIGNED, NOT_COSIGNED

WITHIN_S: Final = 5.0
"""How long a witness has, with all its answers."""
TRIES_MAX: Final = 3
FIRST_PAUSE_S: Final = 2.0
LAST_PAUSE_S: Final = 300.0
DONE, ANOTHER_SIZE = 200, 409

log = structlog.get_logger()


class Cosigning:
    """The witnesses of one log.

    Attributes:
        news: Set whenever a checkpoint was cosigned; whoever publishes clears it.
    """

    def __init__(self, folder: Path, store: SealStore, clock: Clock, steady: Steady) -> None:
        """Prepare; the policy is read anew at each tick.

        Args:
            folder: The data folder.
            store: Keeps the log and its checkpoints.
            clock: Tells when a witness cosigned.
            steady: Tells when one that was away is asked again.
        """
        self.news = asyncio.Event()
        self._folder = folder
        self._store = store
        self._clock = clock
        self._steady = steady
        self._turn = asyncio.Lock()
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._pauses: dict[str, tuple[float, float]] = {}
        self._policy = Policy()
        self._standing = Standing()

    async def begin(self) -> None:
        """Ask each witness that is not being asked, and is not left in peace, for the newest."""
        try:
            size = await asyncio.to_thread(self._look)
        except (StoreFault, CaseBusy) as fault:
            log.warning("cosigning.waits", why=fault.why)
            return
        for witness in self._policy.witnesses if size else ():
            key = witness.key.text
            again_s, _ = self._pauses.get(key, (0.0, 0.0))
            if witness.url and key not in self._asking and self._steady.elapsed_s() >= again_s:
                self._asking[key] = asyncio.create_task(self._ask(witness, size))

    async def once(self) -> bool:
        """Ask each witness once, and wait for them; tell whether one cosigned."""
        await self.begin()
        await asyncio.gather(*self._asking.values())
        return self.news.is_set()

    async def close(self) -> None:
        """Ask no more."""
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        self._asking.clear()  # a task that had not begun did not do so itself

    def _look(self) -> int:
        """Read policy and standing; return the size of the newest checkpoint."""
        self._policy = policy_of(self._folder)
        if not self._policy.witnesses:
            return 0
        if self._standing.origin != self._store.origin:
            self._standing = read_standing(self._folder, self._store.origin)
            for witness in self._policy.witnesses:
                at = self._standing.of(witness.key.text).at
                COSIGNED.labels(witness.name).set(at.timestamp() if at else 0)
        return self._store.signed_size()

    # ------------------------------------------------------------ one witness

    async def _ask(self, witness: AskedWitness, size: int) -> None:
        key = witness.key.text
        try:
            older, signature = await self._answer(witness, size)
            await self._kept(lambda: self._take(witness, size, signature))
            self._pauses.pop(key, None)
            COSIGNED.labels(witness.name).set(self._clock.now().timestamp())
            log.debug("cosigning.cosigned", witness=witness.name, size=size, older=older)
            self.news.set()
        except (WitnessAway, Unproven, DecodeError, StoreFault, CaseBusy) as fault:
            _, pause_s = self._pauses.get(key, (0.0, FIRST_PAUSE_S / 2))
            pause_s = min(2 * pause_s, LAST_PAUSE_S)
            self._pauses[key] = (self._steady.elapsed_s() + pause_s, pause_s)
            why = fault.why
            NOT_COSIGNED.labels(witness.name).inc()
            log.warning("cosigning.not_cosigned", witness=witness.name, size=size, why=why)
            await self._kept(lambda: self._note_failure(key, size, why))
        finally:
            self._asking.pop(key, None)

    async def _kept(self, keep: Callable[[], None]) -> None:
        """Keep something, one at a time; where that fails the next answer keeps it."""
        async with self._turn:
            try:
                await asyncio.to_thread(keep)
            except (StoreFault, CaseBusy) as fault:
                log.warning("cosigning.not_kept", why=fault.why)

    async def _answer(self, witness: AskedWitness, size: int) -> tuple[int, Signature]:
        """Ask until the witness cosigns, from the size it tells.

        Raises:
            WitnessAway, Unproven, DecodeError: It does not.
        """
        assert witness.url is not None, "a witness without an address is not asked"
        older = min(self._standing.of(witness.key.text).size, size)
        end_s = asyncio.get_running_loop().time() + WITHIN_S
        for _ in range(TRIES_MAX):
            asked, text = await asyncio.to_thread(self._submission, older, size)
            left_s = end_s - asyncio.get_running_loop().time()
            url = f"{witness.url.rstrip('/')}/add-checkpoint"
            answered = await post(url, asked, left_s)
            if answered.status == DONE:
                return older, read_cosignature(answered.body, text, witness.key)
            older = _told(answered, older, size)
        raise WitnessAway("it tells another size each time; does somebody else seal this log?")

    def _submission(self, older: int, size: int) -> tuple[bytes, str]:
        note = self._store.note(size)
        assert note is not None, "the newest checkpoint is signed"
        proof = consistency_proof(self._store.log_tree(size), older, size) if older else []
        return write_submission(Submission(older, tuple(proof), note)), parse_note(note).text

    # ------------------------------------------------------------ what is kept

    def _take(self, witness: AskedWitness, size: int, signature: Signature) -> None:
        key = witness.key.text
        note = self._store.add_signature(size, signature)
        # A crash here leaves a cosigned checkpoint of which the standing does not tell yet.
        before = self._standing.of(key)
        seen = replace(before, size=max(size, before.size), at=self._clock.now())
        stands = replace(seen, tried=size, failing_since=None, why=None)
        met = self._standing.met
        if size > met and self._is_enough(note):
            met = size
        self._keep_standing(key, stands, met)

    def _is_enough(self, raw: bytes) -> bool:
        return self._policy.quorum is not None and is_met(self._policy, raw)

    def _note_failure(self, key: str, size: int, why: str) -> None:
        before = self._standing.of(key)
        since = before.failing_since or self._clock.now()
        failing = replace(before, tried=size, failing_since=since, why=why)
        self._keep_standing(key, failing, self._standing.met)

    def _keep_standing(self, key: str, stand: Stand, met: int) -> None:
        named = {witness.key.text for witness in self._policy.witnesses}
        others = {k: v for k, v in self._standing.witnesses.items() if k in named}
        self._standing = Standing(self._store.origin, met, {**others, key: stand})
        write_standing(self._folder, self._standing)


def _told(answered: Answered, older: int, size: int) -> int:
    """Read the size from which a witness wants to be shown that the log grew.

    Raises:
        WitnessAway: It does not want to, and says why.
    """
    if answered.status != ANOTHER_SIZE or answered.kind != SIZE_TYPE:
        raise WitnessAway(f"it answers {answered.status}: {answered.shown}")
    told = read_size(answered.body)
    if told == older:
        raise WitnessAway(f"it cosigned another history at size {told}: compare checkpoints")
    if told > size:
        raise WitnessAway(f"it has seen {told} leaves, the log has {size}: was it put back?")
    return told
