"""Many jobs at once: nothing is lost, nothing is done twice, and a killed process costs one try of one job."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from leafletkit import execute as module
from leafletkit.errors import Fault
from leafletkit.execute import Pool, affordable, available, completed, execute, name_of, shares_disk, workers

MB = 1 << 20


@dataclass(frozen=True)
class Task:
    """`deaths`: how often the process that has it dies before it is done; each try leaves a file in `folder`."""

    number: int
    folder: Path
    deaths: int = 0

    @property
    def path(self) -> str:
        return f"leaflet/{self.number}.pdf"


def work(task: Task) -> tuple[int, int]:
    """The number, and the process that did it."""
    tries = len(list(task.folder.glob(f"{task.number}-*")))
    (task.folder / f"{task.number}-{tries}").touch()
    if tries < task.deaths:
        os.kill(os.getpid(), signal.SIGKILL)
    return task.number, os.getpid()


def fails(task: Task) -> tuple[int, int]:
    if task.number == 3:
        raise ValueError("three")
    return work(task)


def slowly(task: Task) -> tuple[int, int]:
    time.sleep(0.02)
    return work(task)


def tries(folder: Path) -> dict[int, int]:
    counted: dict[int, int] = {}
    for path in folder.iterdir():
        number = int(path.name.partition("-")[0])
        counted[number] = counted.get(number, 0) + 1
    return counted


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(3) as made:
        yield made


class Counting(Executor):
    """Does a job when somebody waits for it, the last first; counts what it was given and not yet asked for."""

    window = 5

    def __init__(self) -> None:
        self.most = self.given = 0
        self.open: list[Future[object]] = []

    def submit(self, fn: Callable[..., object], /, *args: object, **kwargs: object) -> Future[object]:
        future: Future[object] = Future()
        future.set_result(fn(*args, **kwargs))
        self.given += 1
        return future


@pytest.mark.parametrize("name", ["serial", "threads", "pool"])
def test_order_and_done(name: str, tmp_path: Path) -> None:
    """The results are in the order of the jobs, whoever does them; each job is told of once."""
    tasks = [Task(n, tmp_path) for n in range(40)]
    told: list[Task] = []
    executor = {"serial": lambda: None, "threads": lambda: ThreadPoolExecutor(4), "pool": lambda: Pool(3)}[name]()
    try:
        found = execute(work, tasks, executor, told.append)
    finally:
        if executor:
            executor.shutdown()
    assert [n for n, _ in found] == list(range(40))
    assert sorted(t.number for t in told) == list(range(40))
    assert tries(tmp_path) == dict.fromkeys(range(40), 1)


def test_no_jobs(pool: Pool) -> None:
    assert execute(work, [], None) == [] and execute(work, [], pool) == []


def test_a_window_of_jobs_is_taken_at_a_time() -> None:
    """However many jobs there are, only a few are made, sent and kept at once."""
    executor, taken, done = Counting(), 0, 0

    def jobs() -> Iterator[int]:
        nonlocal taken
        for n in range(100_000):
            taken += 1
            assert taken - done <= executor.window + 1
            yield n

    for number, job, result in completed(str, jobs(), executor):
        assert str(number) == str(job) == result
        done += 1
        if done == 2_000:
            break
    assert executor.given <= done + executor.window


def test_leaving_early_cancels_what_waits(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as threads:
        for _ in completed(slowly, (Task(n, tmp_path) for n in range(1000)), threads):
            break
    assert len(tries(tmp_path)) <= 3  # the one that was done, and those that had begun


def test_an_exception_ends_the_run(tmp_path: Path) -> None:
    told: list[Task] = []
    with Pool(1) as pool, pytest.raises(ValueError, match="three"):
        execute(fails, [Task(n, tmp_path) for n in range(60)], pool, told.append)
    assert {0, 1, 2} == {t.number for t in told} and len(tries(tmp_path)) < 10


def test_a_killed_process_costs_one_try_of_its_own_job(tmp_path: Path, pool: Pool) -> None:
    tasks = [Task(n, tmp_path, deaths={4: 1, 9: 2}.get(n, 0)) for n in range(30)]
    told: list[Task] = []
    assert [n for n, _ in execute(work, tasks, pool, told.append)] == list(range(30))
    assert sorted(t.number for t in told) == list(range(30))
    # The others were not touched, though they ran beside it.
    assert tries(tmp_path) == dict.fromkeys(range(30), 1) | {4: 2, 9: 3}


def test_a_job_that_kills_every_process_is_named(tmp_path: Path, pool: Pool) -> None:
    with pytest.raises(Fault, match=r"made leaflet/2\.pdf was killed 3 times") as caught:
        execute(work, [Task(n, tmp_path, deaths=99 if n == 2 else 0) for n in range(6)], pool)
    assert "memory" in caught.value.hint and tries(tmp_path)[2] == 3
    # The pool itself is whole.
    (tmp_path / "again").mkdir()
    assert [n for n, _ in execute(work, [Task(n, tmp_path / "again") for n in range(9)], pool)] == list(range(9))


def test_an_idle_process_may_die_too(tmp_path: Path) -> None:
    with Pool(1) as pool:
        ((_, process),) = execute(work, [Task(0, tmp_path)], pool)
        os.kill(process, signal.SIGKILL)
        ((_, other),) = execute(work, [Task(1, tmp_path)], pool)
        assert other != process


def test_no_more_processes_than_jobs_at_once(tmp_path: Path) -> None:
    with Pool(8) as pool:
        assert len({p for _, p in execute(work, [Task(n, tmp_path) for n in range(2)], pool)}) <= 2
        # One job after the other needs one process.
        again = [execute(work, [Task(n, tmp_path)], pool)[0][1] for n in range(10, 15)]
        assert len(set(again)) <= 2


def test_it_closes_like_any_executor(tmp_path: Path) -> None:
    with Pool(2) as pool:
        futures = [pool.submit(slowly, Task(n, tmp_path, deaths=n % 2)) for n in range(12)]
    assert [f.result(timeout=0)[0] for f in futures] == list(range(12))
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(work, Task(0, tmp_path))


def test_closing_in_haste_drops_what_waits(tmp_path: Path) -> None:
    pool = Pool(1)
    futures = [pool.submit(slowly, Task(n, tmp_path)) for n in range(50)]
    pool.shutdown(wait=True, cancel_futures=True)
    assert all(f.done() for f in futures) and sum(f.cancelled() for f in futures) > 40


def sleeps(task: Task) -> None:
    (task.folder / f"{task.number}-begun").touch()
    try:
        time.sleep(600)
    finally:
        (task.folder / f"{task.number}-tidied").touch()


def test_leaving_by_an_exception_stops_what_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """What runs ends at once and tidies up, idle processes go in silence, and nothing is tried again."""
    monkeypatch.setattr(module, "available", lambda: None)
    with pytest.raises(KeyboardInterrupt), workers(3) as pool:
        assert pool
        (quick,) = execute(work, [Task(9, tmp_path)], pool)
        futures = [pool.submit(sleeps, Task(n, tmp_path)) for n in range(2)]
        while not all((tmp_path / f"{n}-begun").exists() for n in range(2)):
            time.sleep(0.01)
        raise KeyboardInterrupt
    assert quick[0] == 9 and all(f.done() for f in futures)
    assert all((tmp_path / f"{n}-tidied").exists() for n in range(2))
    assert "Traceback" not in capfd.readouterr().err


def test_a_single_process_is_none_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    with workers(1) as executor:
        assert executor is None
    monkeypatch.setattr(module, "available", lambda: 0)
    with workers(16) as executor:
        assert executor is None


def test_who_shares_a_disk() -> None:
    class Elsewhere(ThreadPoolExecutor):
        shares_disk = False

    assert shares_disk(None) and shares_disk(ThreadPoolExecutor(1)) and not shares_disk(Elsewhere(1))


def test_the_names_of_jobs(tmp_path: Path) -> None:
    @dataclass
    class Speech:
        job: Task

    one, two = Task(1, tmp_path), Task(2, tmp_path)
    assert name_of(one) == name_of([one]) == name_of(Speech(one)) == "leaflet/1.pdf"
    assert name_of([one, two, two]) == "leaflet/1.pdf and 2 more"
    assert name_of("anything") == "anything"


@pytest.mark.parametrize(
    ("wanted", "free", "given"),
    [
        (4, None, 4), (0, None, 1), (4, 0, 1), (4, 100 * MB, 1), (16, 512 * MB + 2 * 1000 * MB, 2), (16, 512 * MB + 2999 * MB, 2),
        (16, 512 * MB + 3000 * MB, 3), (2, 64_000 * MB, 2), (64, 64_000 * MB, 63),
    ],
)  # fmt: skip
def test_how_many_find_room(wanted: int, free: int | None, given: int) -> None:
    assert affordable(wanted, free, 1000 * MB) == given


def test_a_measured_worker_finds_room_in_a_small_machine() -> None:
    assert affordable(4, 1500 * MB) == 1 and affordable(4, 4000 * MB) == 2 and affordable(4, 16_000 * MB) == 4


def machine(folder: Path, *, free: str = "MemAvailable:    8000000 kB\n", group: str = "", **files: str) -> tuple[Path, Path]:
    (folder / "proc/self").mkdir(parents=True)
    (folder / "cgroup").mkdir()
    (folder / "proc/meminfo").write_text("MemTotal:       16000000 kB\n" + free)
    (folder / "proc/self/cgroup").write_text(group)
    for name, text in files.items():
        path = folder / "cgroup" / name.replace("__", "/").replace("0", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "proc", folder / "cgroup"


def test_memory_of_the_machine(tmp_path: Path) -> None:
    assert available(*machine(tmp_path)) == 8_000_000 * 1024


def test_memory_of_a_container(tmp_path: Path) -> None:
    """The limit, less what is used, but for what the kernel only keeps of files."""
    found = machine(tmp_path, group="0::/\n", memory0max="3000000000\n", memory0current="2000000000\n", memory0stat="anon 5\ninactive_file 500000000\n")
    assert available(*found) == 1_500_000_000


def test_memory_of_a_group_above(tmp_path: Path) -> None:
    found = machine(
        tmp_path, group="0::/slice/job\n", slice__memory0max="700000000\n", slice__memory0current="100000000\n", slice__memory0stat="inactive_file 0\n",
        slice__job__memory0max="max\n", slice__job__memory0current="5\n", slice__job__memory0stat="inactive_file 0\n",
    )  # fmt: skip
    assert available(*found) == 600_000_000


def test_memory_of_an_old_container(tmp_path: Path) -> None:
    """Version 1; the path is that of the host, which the container does not see."""
    found = machine(
        tmp_path, group="7:cpu:/x\n4:memory:/docker/abc\n0::/\n", memory__memory0limit_in_bytes="2000000000\n",
        memory__memory0usage_in_bytes="2500000000\n", memory__memory0stat="total_inactive_file 100000000\n",
    )  # fmt: skip
    assert available(*found) == 0


def test_no_limit_and_nobody_who_says(tmp_path: Path) -> None:
    found = machine(
        tmp_path / "a", group="4:memory:/\n", memory__memory0limit_in_bytes="9223372036854771712\n",
        memory__memory0usage_in_bytes="5\n", memory__memory0stat="total_inactive_file 0\n",
    )  # fmt: skip
    assert available(*found) == 8_000_000 * 1024
    assert available(*machine(tmp_path / "b", free="")) is None
    assert available(tmp_path / "c", tmp_path / "c") is None


def test_it_is_light() -> None:
    """The command line loads it before anything heavy."""
    heavy = "{'numpy', 'weasyprint', 'distributed', 'dask', 'fontTools', 'leafletkit.jobs'}"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, leafletkit.execute, leafletkit.toolprint; print(sorted({heavy} & set(sys.modules)))"],
        env={**os.environ, "PYTHONPATH": str(Path(module.__file__).parent.parent)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]", done.stderr
