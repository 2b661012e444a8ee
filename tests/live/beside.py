"""Let a service run in a thread beside a test."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def beside(service: Callable[[asyncio.Event], Coroutine[None, None, None]]) -> Iterator[None]:
    """Run a service while the block does; what ended it is raised."""
    stop, faults = Event(), list[BaseException]()

    async def serve() -> None:
        asked = asyncio.Event()
        work = asyncio.create_task(service(asked))
        while not stop.is_set() and not work.done():  # noqa: ASYNC110 - of another thread's
            await asyncio.sleep(0.01)
        asked.set()
        await work

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as fault:  # noqa: BLE001 - raised again below
            faults.append(fault)

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    for fault in faults:
        raise fault
