"""The executor itself: what is sent, what comes back, and what it says when machines come and go."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from leafletkit import cluster as module
from leafletkit.cluster import Cluster, changes, opened, table
from leafletkit.errors import Fault, UsageError
from leafletkit.execute import completed, execute, shares_disk
from leafletkit.project import load

from .support import Machines, kill, machines, program, until


@pytest.fixture
def errands(errands_at_hand: None) -> Any:
    return importlib.import_module("errands")


@contextmanager
def open_at(address: str, small: Path, told: list[str], cache: Path | None = None, patience: float = 60) -> Iterator[Cluster]:
    project = load(small)
    with opened(address, project.root, project.languages.values(), project.voices, cache, told.append, patience=patience) as made:
        yield made


@pytest.mark.full
def test_workers_need_nothing_of_the_project(cluster: Machines, small: Path, tmp_path: Path, errands: Any) -> None:
    """The project goes away before the first job. Each worker unpacks it once, in a folder of its own."""
    told: list[str] = []
    # More than Dask likes to be sent as a task: it would warn, and a warning is an error here.
    large = small / "audio/recordings/pl/clean-hands/title.wav"
    large.parent.mkdir(parents=True)
    large.write_bytes(bytes(12 << 20))
    css = (small / "styles/print.css").read_text("utf-8")
    with open_at(cluster.address, small, told, tmp_path / "cache") as executor:
        root = small.resolve()
        small.rename(tmp_path / "away")
        jobs = [errands.Errand(str(n), root) for n in range(40)]
        found = execute(errands.look, jobs, executor)
        kept = execute(errands.keep, [errands.Errand(str(n), root, cache=tmp_path / "cache") for n in range(10)], executor)
        assert not shares_disk(executor) and executor.window >= 8
    assert all(text == css for _, text, _ in found)
    places = {(folder, process) for folder, _, process in found}
    assert len(places) == len({p for _, p in places}) == len({f for f, _ in places}) in (1, 2)  # a quick worker may do all
    assert all(not Path(folder).is_relative_to(tmp_path) for folder, _ in places)
    # What one worker keeps, the other does not see, and we do not either.
    assert {Path(k).parent for k in kept} <= {Path(f).parent for f, _ in places} and not (tmp_path / "cache").exists()
    assert told == ["2 workers are at work."]


@pytest.mark.full
def test_what_a_job_raises_comes_back(cluster: Machines, small: Path, errands: Any) -> None:
    with open_at(cluster.address, small, []) as executor:
        with pytest.raises(Fault, match="it failed") as caught:
            execute(errands.fail, [errands.Errand("plain", small)], executor)
        assert caught.value.hint == "mend it"
        with pytest.raises(RuntimeError, match="_Odd: one"):
            execute(errands.fail, [errands.Errand("odd", small)], executor)
        with pytest.raises(Fault, match="a job needs /etc"):
            execute(errands.look, [errands.Errand("far", Path("/etc"))], executor)
        assert len(execute(errands.look, [errands.Errand("near", small)], executor)) == 1
    with pytest.raises(RuntimeError, match="closed"):
        executor.submit(errands.look, errands.Errand("late", small))


@pytest.mark.full
def test_a_worker_killed_in_the_middle_of_a_job(small: Path, tmp_path: Path, errands: Any) -> None:
    """Its job, and only what it had, is done by the other; done is told of each once; nobody waits for the dead."""
    told: list[str] = []
    done: list[str] = []
    with machines(tmp_path, 2) as own, open_at(own.address, small, told) as executor:
        jobs = [errands.Errand("slow" if n == 3 else f"quick-{n}", small, str(tmp_path)) for n in range(60)]
        mark = tmp_path / "slow"
        killer = threading.Thread(target=lambda: kill(int(until("the slow job", lambda: mark.exists() and mark.read_text()))))
        killer.start()
        assert execute(errands.wait, jobs, executor, lambda job: done.append(job.name)) == [job.name for job in jobs]
        killer.join()
        assert sorted(done) == sorted(job.name for job in jobs)
        until("the loss", lambda: any("was lost" in row for row in told))
    assert any("1 worker was lost: tcp://" in row and "1 worker is at work; what was lost is made again." in row for row in told)


@pytest.mark.full
def test_a_job_that_kills_every_worker_is_named(small: Path, tmp_path: Path, errands: Any) -> None:
    with machines(tmp_path, 4) as own, open_at(own.address, small, []) as executor:
        own.worker()
        until("five workers", lambda: len(module._workers(executor._client)) == 5)
        with pytest.raises(Fault, match="4 workers were lost, one after the other, while they made errands/deadly"):
            execute(errands.die, [errands.Errand("deadly", small)], executor)


@pytest.mark.full
def test_a_worker_that_joins_later_is_compared_too(small: Path, tmp_path: Path, errands: Any) -> None:
    with machines(tmp_path, 1) as own, open_at(own.address, small, []) as executor:
        own.worker(source=program(tmp_path / "other", cluster="\n# another version\n"))
        jobs = (errands.Errand(f"p{n}", small, str(tmp_path)) for n in range(10_000))
        with pytest.raises(Fault, match="may make other files than this one") as caught:
            execute(errands.pause, jobs, executor)
        assert "leafletkit, its code" in caught.value.what
        # The others are not asked to go on with a build that has ended.
        with pytest.raises(Fault, match="may make other files"):
            executor.submit(errands.pause, errands.Errand("after", small, str(tmp_path)))


@pytest.mark.full
def test_a_good_worker_that_joins_later_helps(small: Path, tmp_path: Path, errands: Any) -> None:
    told: list[str] = []
    with machines(tmp_path, 1) as own, open_at(own.address, small, told) as executor:
        own.worker()
        processes: set[int] = set()
        jobs = (errands.Errand(str(n), small.resolve()) for n in range(100_000))
        for _, _, (_, _, process) in completed(errands.look, jobs, executor):
            processes.add(process)
            if len(processes) == 2:
                break
        assert processes == {p.pid for p in own.started[1:]}
        until("the news", lambda: any(row.startswith("1 worker has joined: tcp://") and row.endswith("2 workers are at work.") for row in told))


@pytest.mark.full
def test_all_workers_are_lost(small: Path, tmp_path: Path, errands: Any) -> None:
    told: list[str] = []
    with machines(tmp_path, 1) as own, open_at(own.address, small, told, patience=3) as executor:
        kill(own.started[1].pid)
        with pytest.raises(Fault, match=r"all workers of tcp://.* were lost, and none has come for 3 seconds"):
            execute(errands.look, [errands.Errand("x", small)], executor)
    assert any("1 worker was lost" in row and "None is left; waiting for another one." in row for row in told)


@pytest.mark.full
def test_the_scheduler_is_lost(small: Path, tmp_path: Path, errands: Any) -> None:
    with machines(tmp_path, 1) as own, open_at(own.address, small, []) as executor:
        following = completed(errands.pause, (errands.Errand(f"g{n}", small, str(tmp_path)) for n in range(1000)), executor)
        next(following)
        kill(own.started[0].pid)
        with pytest.raises(Fault, match=r"the scheduler at tcp://.* is gone"):
            for _ in following:
                pass


@pytest.mark.full
def test_no_workers(small: Path, tmp_path: Path) -> None:
    told: list[str] = []
    with machines(tmp_path, 0) as own, pytest.raises(Fault, match="there are no workers at tcp://") as caught, open_at(own.address, small, told, patience=2):
        pass
    assert told == [f"There are no workers at {own.address} yet; waiting for the first one, up to 2 seconds."]
    assert caught.value.hint == f"start one: dask worker {own.address}"


@pytest.mark.parametrize("address", ["", "localhost:8786", "http://a:1", "tcp://a", "tcp://a:b", "tcp://a:1/x", "tcp://a b:1", "inproc://1"])
def test_addresses_that_are_none(address: str, small: Path) -> None:
    with pytest.raises(UsageError, match="is no address of a scheduler"), open_at(address, small, []):
        pass


def test_what_is_told_of_workers() -> None:
    """In words of the user; a worker with several threads is named, as it makes one file at a time."""
    assert list(changes({}, {})) == []
    assert list(changes({}, {"a": 1})) == ["1 worker is at work."]
    assert list(changes({"a": 1}, {"a": 1})) == []
    assert list(changes({"a": 1}, {"a": 1, "b": 1, "c": 1})) == ["2 workers have joined: b, c. 3 workers are at work."]
    assert list(changes({"a": 1, "b": 1}, {"a": 1})) == ["1 worker was lost: b. 1 worker is at work; what was lost is made again."]
    assert list(changes({"a": 1}, {})) == ["1 worker was lost: a. None is left; waiting for another one."]
    assert "c: a worker makes one file at a time" in list(changes({"a": 1, "b": 1}, {"c": 8}))[-1]


def test_who_has_what() -> None:
    ours = {"weasyprint": "70.0", "Python": "3.11.7", "numpy": "2"}
    theirs = {"tcp://b:1": ours | {"weasyprint": "69.0"}, "tcp://a:1": ours | {"weasyprint": "69.0"}, "tcp://c:1": ours, "tcp://d:1": {"Python": "3.12.0", "numpy": "2"}}
    assert table(ours, theirs).splitlines() == [
        "tcp://a:1, tcp://b:1:",
        "                here  there",
        "    weasyprint  70.0  69.0",
        "tcp://d:1:",
        "                here    there",
        "    weasyprint  70.0    not installed",
        "    Python      3.11.7  3.12.0",
    ]
