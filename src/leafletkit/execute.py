"""Run jobs, one after the other or on several cores, and tell of each as it is done."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


@contextmanager
def workers(count: int) -> Iterator[Executor | None]:
    """A pool of `count` processes that have loaded the toolkit already; None for a single one."""
    if count <= 1:
        yield None
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["leafletkit.jobs"])
    pool = ProcessPoolExecutor(count, mp_context=context)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def execute(
    function: Callable[[In], Out], jobs: Sequence[In], executor: Executor | None, done: Callable[[In], None] = lambda _job: None
) -> list[Out]:
    """The results in the order of the jobs. An exception in one ends the run and is raised here."""
    if executor is None:
        results = []
        for job in jobs:
            results.append(function(job))
            done(job)
        return results
    futures = {executor.submit(function, job): n for n, job in enumerate(jobs)}
    found: dict[int, Out] = {}
    for future in as_completed(futures):
        found[futures[future]] = future.result()
        done(jobs[futures[future]])
    return [found[n] for n in range(len(jobs))]
