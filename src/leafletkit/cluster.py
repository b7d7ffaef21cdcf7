"""Jobs on the machines of a department: an `Executor` over a Dask scheduler.

Workers need the same program, and nothing of ours on their disks: the project is sent to each of them once. One that would
make other bytes is refused. A worker that is lost costs a new try of what it was making, on another one.
"""

from __future__ import annotations

import logging
import re
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import bundle, remote, toolprint
from .errors import Fault, UsageError
from .execute import name_of
from .model import Language
from .voices import Voices

if TYPE_CHECKING:
    import distributed

Tell = Callable[[str], None]

CONNECT = 10.0  # seconds until a scheduler that does not answer counts as not there
PATIENCE = 60.0  # seconds that a build waits for a first or another worker
_ASK = 60.0  # seconds for all workers to say what they have
_LOOK = 1.0  # seconds between two looks at who is there
_ADDRESS = re.compile(r"(tcp|tls)://(\[[0-9A-Fa-f:.]+\]|[^\s/:\[\]]+):\d{1,5}")
_INSTALL = "install them: pip install 'leafletkit[cluster]'"
_PROGRAM = "give all machines the same program: docs/how-to/cluster.md"


@contextmanager
def opened(
    address: str, root: Path, languages: Iterable[Language], voices: Voices, cache: Path | None, tell: Tell, *, eyes: bool = False, patience: float = PATIENCE
) -> Iterator[Cluster]:
    """The workers of a scheduler, compared with this machine; at the end, or when the run is stopped, no job is left there.

    `cache` is the folder that jobs name as theirs; `eyes`: PDFs are read by eye too. `tell` is told in words who comes and goes.
    """
    if not _ADDRESS.fullmatch(address):
        raise UsageError(f"“{address}” is no address of a scheduler; write for example tcp://leaflets.example.org:8786")
    client, cluster = _connected(address), None
    spoken = list(languages)
    piper = {v.name for v in (voices.get(x.tag) for x in spoken) if v and v.engine == "piper"}
    try:
        _wait_for_workers(client, address, tell, patience)
        _compare(client, eyes)
        places = {"root": root} | ({"cache": cache} if cache else {})
        cluster = Cluster(client, address, bundle.packed(root, spoken, piper), places, tell, eyes=eyes, patience=patience)
        yield cluster
    finally:
        if cluster:
            cluster.shutdown(wait=False, cancel_futures=True)
        # A scheduler that is gone says nothing any more.
        with suppress(Exception):
            client.close(timeout=5)


class Cluster(Executor):
    """Sends jobs to the workers of a Dask scheduler. Made by `opened`."""

    shares_disk = False  # two jobs may run on two machines

    def __init__(
        self, client: distributed.Client, address: str, project: bundle.Bundle, places: Mapping[str, Path], tell: Tell, *, eyes: bool, patience: float
    ) -> None:
        import dask

        self._client, self._address, self._places, self._tell, self._patience = client, address, places, tell, patience
        self._digest = project.digest
        self._eyes = eyes
        self._ours = toolprint.digest(remote.said(eyes))
        self._lock = threading.Lock()
        self._open: dict[Future[Any], distributed.Future] = {}
        self._fault: Fault | None = None
        self._ended = threading.Event()
        self._workers: dict[str, int] = {}
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "4 GiB"}):  # it is meant to be sent, and once
            # As a task, not as data: if the workers that have it are lost, the scheduler hands it out again.
            self._project = client.submit(remote.hand_over, project.data, key=f"leafletkit-project-{project.digest}-{uuid.uuid4().hex}")
        with suppress(OSError):  # a scheduler that is slow now; `_watching` looks again
            self._look()
        self._watch = threading.Thread(target=self._watching, name="leafletkit-cluster", daemon=True)
        self._watch.start()

    @property
    def window(self) -> int:
        """Twice as many jobs as there are workers, so that none waits for the next one."""
        return max(8, 2 * len(self._workers))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run it on some worker. What it gives, and what it raises, comes back."""
        name = name_of(args[0] if args else fn)
        payload = bundle.dumps((partial(fn, **kwargs) if kwargs else fn, args), self._places)
        outer: Future[Any] = Future()
        with self._lock:
            if self._fault:
                raise self._fault
            if self._ended.is_set():
                raise RuntimeError("the cluster is closed")
            inner = self._client.submit(
                remote.perform, self._project, self._digest, payload, self._ours, self._eyes, key=f"leafletkit-{uuid.uuid4().hex}", pure=False
            )
            self._open[outer] = inner
        outer.add_done_callback(self._forgotten)
        inner.add_done_callback(partial(self._landed, outer, name))
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more jobs; with `cancel_futures`, drop those that are not done. One that runs ends by itself, and nobody gets it."""
        with self._lock:
            outers = list(self._open)
        if not cancel_futures and wait:
            for outer in outers:
                with suppress(BaseException):
                    outer.exception()
        self._ended.set()
        for outer in outers if cancel_futures else ():
            outer.cancel()
        if threading.current_thread() is not self._watch:
            self._watch.join()

    def _forgotten(self, outer: Future[Any]) -> None:
        """A job is done, or nobody wants it any more: then the scheduler need not keep it."""
        with self._lock:
            inner = self._open.pop(outer, None)
        if inner is not None and outer.cancelled():
            with suppress(Exception):  # the scheduler may be gone
                inner.cancel()

    def _landed(self, outer: Future[Any], name: str, inner: distributed.Future) -> None:
        """Called in a thread of Dask's when a job is done there."""
        from distributed import KilledWorker

        if outer.done():
            return None
        try:
            answer: remote.Answer = inner.result()
        except KilledWorker as error:
            what = f"{error.allowed_failures + 1} workers were lost, one after the other, while they made {name}"
            return self._end(outer, Fault(what, "look into their logs; they may have too little memory: docs/how-to/cluster.md"))
        except ImportError as error:
            return self._fail(Fault(f"a machine of the cluster can't load leafletkit: {error}", _PROGRAM))
        except BaseException as error:
            if inner.status == "cancelled":
                return self._fail(self._gone())
            return self._fail(Fault(f"the cluster could not make {name}: {type(error).__name__}: {error}", _PROGRAM))
        if answer[0] == "differs":
            return self._fail(_different(remote.said(self._eyes), {answer[1]: answer[2]}))
        if answer[0] == "raised":
            return self._end(outer, answer[1])
        try:
            value = bundle.loads(answer[1], {})
        except Exception as error:
            return self._end(outer, Fault(f"what a worker sent of {name} can't be read: {type(error).__name__}: {error}", _PROGRAM))
        if outer.set_running_or_notify_cancel():
            outer.set_result(value)
        return None

    def _end(self, outer: Future[Any], error: BaseException) -> None:
        if outer.set_running_or_notify_cancel():
            outer.set_exception(error)

    def _fail(self, fault: Fault) -> None:
        """End the whole run: no other job could do better."""
        with self._lock:
            self._fault = self._fault or fault
            outers = list(self._open)
        for outer in outers:
            with suppress(Exception):  # one that is done meanwhile
                self._end(outer, self._fault)

    def _gone(self) -> Fault:
        return Fault(f"the scheduler at {self._address} is gone", "start it again, look after the network, then build again")

    def _watching(self) -> None:
        """Look who is there, until the end."""
        alone: float | None = None
        while not self._ended.wait(_LOOK):
            try:
                self._look()
            except Exception:
                if not self._ended.is_set() and self._client.status not in ("running", "connecting"):
                    return self._fail(self._gone())
                continue  # it may come back: Dask tries again for some seconds
            alone = None if self._workers else alone or time.monotonic()
            if alone and time.monotonic() - alone > self._patience:
                return self._fail(Fault(f"all workers of {self._address} were lost, and none has come for {self._patience:g} seconds", "look into their logs, then build again"))
        return None

    def _look(self) -> None:
        now = _workers(self._client)
        for row in changes(self._workers, now):
            self._tell(row)
        self._workers = now


def changes(before: Mapping[str, int], now: Mapping[str, int]) -> Iterator[str]:
    """What to tell of workers that come and go. Values are threads."""
    lost, joined = sorted(before.keys() - now.keys()), sorted(now.keys() - before.keys())
    if not before and now:
        yield f"{_count(len(now))} at work."
    elif joined:
        yield f"{_count(len(joined), 'has joined', 'have joined')}: {', '.join(joined)}. {_count(len(now))} at work."
    if lost:
        rest = f"{_count(len(now))} at work; what was lost is made again." if now else "None is left; waiting for another one."
        yield f"{_count(len(lost), 'was lost', 'were lost')}: {', '.join(lost)}. {rest}"
    if slow := [name for name in joined if now[name] > 1]:
        yield f"{', '.join(slow)}: a worker makes one file at a time, however many threads it has. Start more workers with one thread each (--nworkers)."


def _count(number: int, one: str = "is", many: str = "are") -> str:
    return f"1 worker {one}" if number == 1 else f"{number} workers {many}"


def table(ours: Mapping[str, str], theirs: Mapping[str, Mapping[str, str]]) -> str:
    """Which worker has what that is not as it is here; those that differ alike stand together."""
    groups: dict[tuple[tuple[str, str, str], ...], list[str]] = {}
    for worker, prints in theirs.items():
        if rows := toolprint.differences(ours, prints):
            groups.setdefault(rows, []).append(worker)
    out = []
    for rows, workers in groups.items():
        wide = [max(len(row[n]) for row in (("", "here", "there"), *rows)) for n in (0, 1)]
        out.append(", ".join(sorted(workers)) + ":")
        out += [f"    {name:{wide[0]}}  {here:{wide[1]}}  {there}" for name, here, there in (("", "here", "there"), *rows)]
    return "\n".join(out)


def _different(ours: Mapping[str, str], theirs: Mapping[str, Mapping[str, str]]) -> Fault:
    return Fault(f"machines of the cluster may make other files than this one, as they have other programs:\n{table(ours, theirs)}", _PROGRAM)


def _connected(address: str) -> distributed.Client:
    try:
        import distributed
    except ImportError as error:
        raise Fault(f"the parts that a cluster needs are not installed ({error})", _INSTALL) from error
    # What Dask logs here, we say in our own words.
    for name in ("distributed", *(n for n in logging.root.manager.loggerDict if n.startswith("distributed."))):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    found: Future[distributed.Client] = Future()

    def connect() -> None:
        try:
            found.set_result(distributed.Client(address, timeout=CONNECT, set_as_default=False, name="leafletkit"))
        except BaseException as error:
            found.set_exception(error)

    with warnings.catch_warnings():
        # It compares some versions and goes on. We compare all, and refuse.
        warnings.simplefilter("ignore", distributed.versions.VersionMismatchWarning)
        # In a thread: of a server that is no scheduler, it would wait for an answer without end.
        threading.Thread(target=connect, name="leafletkit-connect", daemon=True).start()
        try:
            return found.result(timeout=CONNECT + 5)
        except Exception as error:
            why = f"it does not answer within {CONNECT:g} seconds" if isinstance(error, TimeoutError | OSError) else str(error)
            raise Fault(f"there is no scheduler at {address}: {why}", "start it, look after its address and its certificates: docs/how-to/cluster.md") from error


def _workers(client: distributed.Client) -> dict[str, int]:
    """How many threads each worker has, by its address."""
    known = client.sync(client.scheduler.identity, n_workers=-1, callback_timeout=CONNECT)["workers"]
    return {name: int(worker["nthreads"]) for name, worker in known.items()}


def _somebody(client: distributed.Client) -> bool:
    try:
        return bool(_workers(client))
    except OSError:  # too slow an answer, too
        return False


def _wait_for_workers(client: distributed.Client, address: str, tell: Tell, patience: float) -> None:
    until, told = time.monotonic() + patience, False
    while not _somebody(client):
        if not told:
            tell(f"There are no workers at {address} yet; waiting for the first one, up to {patience:g} seconds.")
            told = True
        if time.monotonic() > until:
            raise Fault(f"there are no workers at {address}", f"start one: dask worker {address}")
        time.sleep(min(_LOOK, patience / 4))


def _compare(client: distributed.Client, eyes: bool) -> None:
    """Refuse workers that would make other bytes, and a scheduler that would not understand us. Raises `Fault`."""
    ours = remote.said(eyes)
    try:
        scheduler = client.sync(client._run_on_scheduler, remote.said, callback_timeout=_ASK)
        workers = client.sync(client._run, remote.said, eyes, on_error="return", callback_timeout=_ASK)
    except ImportError as error:
        raise Fault(f"the scheduler can't load leafletkit: {error}", _PROGRAM) from error
    except (OSError, TimeoutError) as error:
        raise Fault(f"the cluster does not say which versions it has: {type(error).__name__}", "look into the logs of the scheduler and the workers") from error
    except Exception as error:  # of the scheduler, whatever it may be
        raise Fault(f"the scheduler can't be compared with this machine: {type(error).__name__}: {error}", _PROGRAM) from error
    silent = {name: f"{type(said).__name__}: {said}" for name, said in workers.items() if isinstance(said, BaseException)}
    if silent:
        raise Fault("workers can't load leafletkit:\n" + "\n".join(f"    {name}  {why}" for name, why in sorted(silent.items())), _PROGRAM)
    # The scheduler makes no files: only what carries jobs must fit.
    carried = ("leafletkit", "leafletkit, its code", "Python", *remote.CARRIERS)
    theirs = {**workers, f"scheduler {client.scheduler.address}": {**ours, **{name: scheduler.get(name, toolprint.MISSING) for name in carried}}}
    if any(prints != ours for prints in theirs.values()):
        raise _different(ours, theirs)
