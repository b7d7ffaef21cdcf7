"""Run jobs: one after the other, on several cores, or on any other `Executor`; and tell of each as it is done.

A worker process that is killed in the middle of a job (the kernel does so when memory runs out) costs a new try of that
job, and nothing else. Few jobs are handed over before they are needed, so memory does not grow with their number.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor
from concurrent.futures import wait as until_done
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import wait as until_ready
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from . import scratch
from .errors import Fault

In = TypeVar("In")
Out = TypeVar("Out")

# What a worker needs of its own at its worst, in bytes, beside what it shares with the others. Measured with the largest
# leaflet in eight languages: 105 to 130 MB for a PDF in giant print, up to 1,220 MB for a recording of ten minutes.
EACH = 1280 << 20
_SPARED = 512 << 20  # for the parent, Java and the voices' own processes
_DEATHS = 3  # so often may the worker of one job die
_WINDOW = 64  # jobs handed over at once to an executor that does not say how many it wants
_ENDLESS = 1 << 60  # how cgroups write “no limit”, or more


def completed(function: Callable[[In], Out], jobs: Iterable[In], executor: Executor | None) -> Iterator[tuple[int, In, Out]]:
    """(number, job, result) of each job as soon as it is done. Jobs are taken as they are needed: there may be any number.

    An exception in one, or leaving early, ends the run: what is still to do is cancelled.
    """
    if executor is None:
        for number, job in enumerate(jobs):
            yield number, job, function(job)
        return
    rest = iter(enumerate(jobs))
    running: dict[Future[Out], tuple[int, In]] = {}
    try:
        while True:
            # As workers come and go, so does the number of jobs that keeps them busy.
            while len(running) < getattr(executor, "window", _WINDOW):
                following = next(rest, None)
                if following is None:
                    break
                running[executor.submit(function, following[1])] = following
            if not running:
                return
            for future in until_done(running, return_when=FIRST_COMPLETED).done:
                number, job = running.pop(future)
                yield number, job, future.result()
    finally:
        for future in running:
            future.cancel()


def execute(
    function: Callable[[In], Out], jobs: Iterable[In], executor: Executor | None, done: Callable[[In], None] = lambda _job: None
) -> list[Out]:
    """The results in the order of the jobs. An exception in one ends the run and is raised here."""
    found: dict[int, Out] = {}
    for number, job, result in completed(function, jobs, executor):
        found[number] = result
        done(job)
    return [found[number] for number in range(len(found))]


def shares_disk(executor: Executor | None) -> bool:
    """Whether what one job leaves on the disk is there for the next one."""
    return bool(getattr(executor, "shares_disk", True))


def name_of(job: object) -> str:
    """What a job is about, in a message: the path of its file, or that of the job it belongs to."""
    if isinstance(job, list | tuple) and job:
        return name_of(job[0]) + (f" and {len(job) - 1} more" if len(job) > 1 else "")
    path = getattr(job, "path", None) or getattr(getattr(job, "job", None), "path", None)
    if path:
        return str(path)
    language = getattr(getattr(job, "language", None), "tag", "")
    return f"the fonts of {language}" if language else str(job)[:80]


@contextmanager
def workers(count: int) -> Iterator[Executor | None]:
    """A pool of at most `count` processes that have loaded the toolkit already, as memory allows; None for a single one."""
    count = affordable(count, available())
    if count <= 1:
        yield None
        return
    with scratch.shared() as folder:
        pool = Pool(count, folder)
        try:
            yield pool
        except BaseException:
            pool.interrupt()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


class Pool(Executor):
    """Processes that are started when there is something to do, each with one job at a time.

    So when one dies it is known which job it had. Only that job is tried again, in a new process.
    """

    def __init__(self, count: int, scratch_folder: str = "") -> None:
        self._scratch = scratch_folder
        self.window = 2 * count
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["leafletkit.jobs", "leafletkit.render.cover", "fontTools.subset"])
        resource_tracker.ensure_running()  # when it starts it lets SIGINT through, so it does so before we hold it back
        self._places = count  # processes that may still be started
        self._idle: list[ProcessPoolExecutor] = []
        self._all: set[ProcessPoolExecutor] = set()
        self._waiting: deque[_Task] = deque()
        self._unfinished: set[Future[Any]] = set()
        self._lock = Lock()
        self._closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run it in the next process that is free."""
        task = _Task(partial(fn, *args, **kwargs), name_of(args[0] if args else fn))
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is closed")
            self._waiting.append(task)
            self._unfinished.add(task.future)
        task.future.add_done_callback(self._unfinished.discard)
        self._feed()
        return task.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes: when all jobs are done, or with `cancel_futures` when those that run are."""
        with self._lock:
            dropped = list(self._waiting) if cancel_futures else []
            self._closed = True if cancel_futures else self._closed
            unfinished = set(self._unfinished)
        for task in dropped:
            task.future.cancel()
        if wait and not cancel_futures:
            until_done(unfinished)
        with self._lock:
            self._closed = True
            processes = list(self._all)
        for process in processes:
            process.shutdown(wait=wait, cancel_futures=cancel_futures)

    def interrupt(self) -> None:
        """Stop what runs, too: as Ctrl+C does, which a terminal sends to every process, and others to this one only."""
        with self._lock:
            self._closed = True
        for child in multiprocessing.active_children():
            if child.pid:
                with suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGINT)

    def _feed(self) -> None:
        """Give every free process a job."""
        while True:
            with self._lock:
                if self._closed or not self._waiting or not (self._idle or self._places):
                    return
                task = self._waiting.popleft()
                if not task.begun and not task.future.set_running_or_notify_cancel():
                    continue
                task.begun = True
                process = self._idle.pop() if self._idle else self._started()
            try:
                with _unstopped():
                    inner = process.submit(_run, task.call)
            except (BrokenProcessPool, OSError) as error:  # it died while it had nothing to do, or can't be started
                self._landed(process, task, error)
                continue
            except RuntimeError as error:  # the pool was closed meanwhile
                task.future.set_exception(error)
                return
            inner.add_done_callback(partial(self._done, process, task))

    def _started(self) -> ProcessPoolExecutor:
        self._places -= 1
        process = ProcessPoolExecutor(1, mp_context=self._context, initializer=_here.begin, initargs=(self._scratch,))
        self._all.add(process)
        return process

    def _done(self, process: ProcessPoolExecutor, task: _Task, inner: Future[Any]) -> None:
        error = None if inner.cancelled() else inner.exception()
        if isinstance(error, BrokenProcessPool):
            self._landed(process, task, error)
        else:
            with self._lock:
                self._idle.append(process)
            if inner.cancelled():
                task.future.set_exception(RuntimeError("the pool was closed"))
            elif error is not None:
                task.future.set_exception(error)
            else:
                task.future.set_result(inner.result())
        self._feed()

    def _landed(self, process: ProcessPoolExecutor, task: _Task, error: Exception) -> None:
        """The process is dead: another may take its place, and its job is tried again."""
        process.shutdown(wait=False)
        task.deaths += 1
        with self._lock:
            self._all.discard(process)
            self._places += 1
            again = task.deaths < _DEATHS and not self._closed
            if again:
                self._waiting.appendleft(task)
        if not again:
            fault = _dead(task, error)
            fault.__cause__ = error
            task.future.set_exception(fault)


def _dead(task: _Task, error: Exception) -> Fault:
    """Why a job is given up."""
    if isinstance(error, BrokenProcessPool):
        return Fault(
            f"the process that made {task.name} was killed {task.deaths} times",
            "memory may have run out: build with fewer processes (--jobs), or on a machine with more memory",
        )
    # Processes meet at a socket below TMPDIR, and the path of a socket has 107 bytes at most.
    return Fault(
        f"no process could be started to make {task.name}: {error}",
        "let TMPDIR name a folder with a short path, build with fewer processes (--jobs), or in one (--jobs 1)",
    )


class _Here:
    """What a worker process knows of itself. On Ctrl+C a job ends as any program does, so that it can tidy up; an idle process just goes."""

    busy = False

    def begin(self, scratch_folder: str) -> None:
        _end_with_parent()
        if scratch_folder:
            scratch.use(scratch_folder)
        signal.signal(signal.SIGINT, self._interrupted)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

    def _interrupted(self, *_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if not _here.busy:
            os._exit(0)
        raise KeyboardInterrupt


@contextmanager
def _unstopped() -> Iterator[None]:
    """A process that is started here learns of Ctrl+C only when it knows what to do: else it would print where it was, in the middle of its start.

    We wait as long: a process that is started but not yet known could not be ended.
    """
    came: list[Any] = []
    here = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, lambda *about: came.append(about)) if here else None
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if here:
            signal.signal(signal.SIGINT, handler or signal.SIG_DFL)
            if came and callable(handler):
                handler(*came[0])


def _end_with_parent() -> None:
    """End this process when the one that started it has ended: a worker waits for work for ever, even if nobody is left to give any."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch(sentinel: int) -> None:
        until_ready([sentinel])
        os._exit(1)

    threading.Thread(target=watch, args=(parent.sentinel,), daemon=True).start()


_here = _Here()


def _run(call: Callable[[], Any]) -> Any:
    _here.busy = True
    try:
        return call()
    finally:
        _here.busy = False


class _Task:
    """A job on its way through the pool."""

    def __init__(self, call: Callable[[], Any], name: str) -> None:
        self.call = call
        self.name = name
        self.future: Future[Any] = Future()
        self.begun = False
        self.deaths = 0


def affordable(count: int, memory: int | None, each: int = EACH) -> int:
    """How many of `count` processes find room in so many bytes of memory (None: unknown); one always does."""
    if memory is None:
        return max(1, count)
    return max(1, min(count, (memory - _SPARED) // each))


def available(proc: Path = Path("/proc"), cgroup: Path = Path("/sys/fs/cgroup")) -> int | None:
    """How many bytes of memory are free for us: on the machine, and in the container that we run in. None if nobody says."""
    found = []
    try:
        rows = dict(row.split(":", 1) for row in (proc / "meminfo").read_text().splitlines() if ":" in row)
        found.append(int(rows["MemAvailable"].split()[0]) * 1024)
    except (OSError, KeyError, ValueError):
        pass
    found += _left(proc, cgroup)
    return min(found, default=None)


def _left(proc: Path, cgroup: Path) -> Iterator[int]:
    """What each control group above this process leaves of its limit. Version 2 first, then version 1."""
    try:
        rows = [row.split(":", 2) for row in (proc / "self" / "cgroup").read_text().splitlines()]
    except OSError:
        return
    for _, controllers, path in (row for row in rows if len(row) == 3):
        if controllers == "":
            base, names = cgroup, ("memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            base, names = cgroup / "memory", ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        else:
            continue
        # In a container the path is that of the host, and the group itself is mounted at the top.
        folder = base / path.lstrip("/")
        for group in {*(g for g in (folder, *folder.parents) if g.is_relative_to(base)), base}:
            try:
                limit, used = int((group / names[0]).read_text()), int((group / names[1]).read_text())
                stat = dict(row.split() for row in (group / "memory.stat").read_text().splitlines())
            except (OSError, ValueError):
                continue  # no such group here, or “max”
            if limit < _ENDLESS:
                # What the kernel keeps of files it gives back when somebody needs room.
                yield max(0, limit - used + int(stat.get(names[2], 0)))
