"""Do so much at once and no more; who comes when all is taken is told to try again."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Final, TypeVar

from ledger.errors import CaseBusy
from services import traces

Result = TypeVar("Result")
WAITING_MAX: Final = 256


class Lane:
    """Threads of its own, so that who waits for a seal holds up nobody else."""

    def __init__(self, name: str, at_once: int) -> None:
        """Prepare.

        Args:
            name: Of the threads.
            at_once: How many work at the same time.
        """
        self._name = name
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=name)
        self._inside = 0

    async def do(self, work: Callable[[], Result]) -> Result:
        """Do some work in a thread.

        Raises:
            CaseBusy: Too much waits already.
            Exception: Whatever the work raised.
        """
        if self._inside >= WAITING_MAX:
            raise CaseBusy(f"{WAITING_MAX} questions are waiting")
        self._inside += 1
        try:
            with traces.span(f"lane {self._name}"):
                within = copy_context()  # what is known of the question goes with it to the thread
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._threads, within.run, work)
        finally:
            self._inside -= 1

    def close(self) -> None:
        """Let go of the threads; what has not begun is not begun."""
        self._threads.shutdown(wait=False, cancel_futures=True)
