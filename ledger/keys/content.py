"""Give out content keys, each one once, ever."""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Final

from ledger.errors import StoreFault
from ledger.keys.store import BLOCK_SIZE, Block, KeyStore

_FIRST_SIZE: Final = 16
_GROWTH: Final = 4


class ContentKeys:
    """Take keys from blocks that are on disk before their first key is given out.

    The first block is small, since a command line may need one key only; each next one is
    larger, up to `size_max`, and is made while the last one is used up. What is left of a block
    when the process ends is abandoned. Safe from many threads.
    """

    def __init__(
        self, store: KeyStore, *, first_size: int = _FIRST_SIZE, size_max: int = BLOCK_SIZE
    ) -> None:
        self._store = store
        self._size_max = size_max
        self._next_size = first_size
        self._block = Block(0, [])
        self._next_slot = 0
        self._ahead: Future[Block] | None = None
        self._maker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="content-keys")
        self._turn = Lock()
        self._process = os.getpid()

    def take(self) -> tuple[int, int, bytes]:
        """Return block, slot and key of a slot that was never returned before.

        Raises:
            StoreFault: No block can be made, the disk is full; or this is a forked copy of the
                process, which would give out the same slots again.
        """
        if os.getpid() != self._process:
            message = "content keys cannot be shared with a forked process"
            raise StoreFault(message, "open the key store in the new process")
        with self._turn:
            if self._next_slot == len(self._block.keys):
                self._block, self._next_slot = self._next_block(), 0
            slot = self._next_slot
            self._next_slot += 1
            if self._next_slot * 2 > len(self._block.keys) and self._ahead is None:
                self._ahead = self._maker.submit(self._make)
            return self._block.id, slot, self._block.keys[slot]

    def close(self) -> None:
        """Wait for a block being made; it is abandoned with the rest of the last one."""
        self._maker.shutdown()

    def _next_block(self) -> Block:
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead.exception() is None:
            return ahead.result()
        return self._make()  # the first one, or the disk was full when it was made ahead

    def _make(self) -> Block:
        block = self._store.make_block(self._next_size)
        self._next_size = min(self._next_size * _GROWTH, self._size_max)
        return block
