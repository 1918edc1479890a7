"""Tasks for one scrubber, done in this process or in several. Results come in the order of the tasks."""

from __future__ import annotations

from collections import deque
from itertools import chain, islice
from typing import TYPE_CHECKING, Self, TypeVar

from scrubber.errors import ScrubberError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future, ProcessPoolExecutor

    from scrubber.api import Scrubber

    T = TypeVar("T")
    Task = Callable[[Scrubber], T]

_AHEAD = 4  # tasks handed out before their turn, for each process


class Workers:
    """``jobs`` processes, started when there is work for two. A task must be picklable."""

    def __init__(self, scrubber: Scrubber, jobs: int) -> None:
        self.scrubber = scrubber
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """At the normal end, wait: a pool still closing at the interpreter's end makes it complain."""
        if self._pool is not None:
            self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def each(self, tasks: Iterable[Task[T]]) -> Iterator[T]:
        """What the tasks return. So many are taken ahead as keep all processes busy, and no more."""
        pending = iter(tasks)
        first = list(islice(pending, 2)) if self._jobs > 1 else []
        together = chain(first, pending)
        if len(first) > 1:
            yield from self._parallel(together)
        else:
            yield from (task(self.scrubber) for task in together)

    def _parallel(self, tasks: Iterable[Task[T]]) -> Iterator[T]:
        from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 - one process needs none of this

        pool = self._pool = self._pool or self._started()
        running: deque[Future[T]] = deque()
        try:
            for task in tasks:
                running.append(pool.submit(_work, task))
                if len(running) >= self._jobs * _AHEAD:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        except BrokenProcessPool:
            raise ScrubberError(
                "a worker process was killed, perhaps for want of memory; what it had not handed over is as it was\n"
                "  hint: run again with fewer --jobs"
            ) from None

    def _started(self) -> ProcessPoolExecutor:
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - as above

        return ProcessPoolExecutor(self._jobs, initializer=_start, initargs=(self.scrubber,))


_scrubber: Scrubber | None = None


def _start(scrubber: Scrubber) -> None:
    import signal  # noqa: PLC0415 - runs in worker processes only

    global _scrubber  # noqa: PLW0603 - a process pool hands state to its workers in no other way
    _scrubber = scrubber
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and ends the pool


def _work(task: Task[T]) -> T:
    assert _scrubber is not None  # noqa: S101 - set by _start
    return task(_scrubber)
