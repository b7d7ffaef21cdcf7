"""How long a build takes on a Dask cluster of 1, 2, 4 workers, beside as many processes of this machine.

    python bench/cluster.py [--project DIR] [--leaflet ID] [--language TAG] [--format FORMAT] [--workers N,N] [--json] [--rows FILE]

All machines of the cluster are processes of this one, with folders of their own. Every build begins with nothing kept:
new workers that know no project, and no sentence spoken before. What is measured is the whole command, from the
start of Python to the finished folder; not the start of the workers. The files of all builds are compared.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
LIMIT = 60  # seconds for machines to start


def environment(folder: Path) -> dict[str, str]:
    """That of a machine which has the toolkit, and keeps nothing from before."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LEAFLETKIT_CACHE")}
    return {**clean, "PYTHONPATH": str(SOURCE), "TMPDIR": str(folder)}


@contextmanager
def machines(count: int, folder: Path) -> Iterator[str]:
    """The address of a scheduler with so many workers."""
    file, running = folder / "scheduler.json", []

    def start(*arguments: str) -> None:
        place = folder / f"machine-{len(running)}"
        place.mkdir()
        command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
        running.append(subprocess.Popen(command, cwd=place, env=environment(place), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    try:
        start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
        address = ""
        until = time.monotonic() + LIMIT
        while not address:
            address = _address(file)
            if time.monotonic() > until:
                sys.exit("the scheduler does not start")
            time.sleep(0.1)
        for _ in range(count):
            start("worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder / f"machine-{len(running)}"))
        _wait(address, count)
        yield address
    finally:
        for process in reversed(running):
            process.kill()  # one that ends in peace may wait for a scheduler that is gone; their folders are thrown away
        for process in running:
            process.wait()


def _address(file: Path) -> str:
    try:
        return str(json.loads(file.read_text())["address"])
    except (OSError, ValueError):  # not there yet, or half written
        return ""


def _wait(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=LIMIT)


def build(options: list[str], out: Path, folder: Path) -> tuple[float, str]:
    """How many seconds it took, and a hash of all files."""
    began = time.perf_counter()
    command = [sys.executable, str(ROOT / "build.py"), "build", "--no-cache", "--out", str(out), *options]
    done = subprocess.run(command, env=environment(folder), capture_output=True, text=True)
    seconds = time.perf_counter() - began
    if done.returncode not in (0, 1):
        sys.exit(done.stdout + done.stderr)
    whole = hashlib.sha256()
    for path in sorted(p for p in out.rglob("*") if p.is_file()):
        whole.update(f"{path.relative_to(out).as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return seconds, whole.hexdigest()


def main() -> int:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # Python keeps what it has compiled, as it does unless somebody forbids it
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--project", type=Path, default=ROOT)
    for name in ("leaflet", "language", "format"):
        parser.add_argument(f"--{name}", action="append", default=[])
    parser.add_argument("--workers", default="1,2,4", help="how many, several with commas between (default: 1,2,4)")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rows", type=Path, help="write the rows here, for the table of all benches")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that no machine is left behind
    chosen = [word for name in ("leaflet", "language", "format") for value in getattr(given, name) for word in (f"--{name}", value)]
    chosen += ["--project", str(given.project.resolve())]
    rows: list[dict[str, object]] = []
    hashes = set()
    for count in [int(word) for word in given.workers.split(",")]:
        with tempfile.TemporaryDirectory(prefix="leafletkit-bench-") as name:
            folder = Path(name)
            pool, first = build([*chosen, "--jobs", str(count)], folder / "pool", folder)
            with machines(count, folder) as address:
                cluster, second = build([*chosen, "--cluster", address], folder / "cluster", folder)
        hashes |= {first, second}
        rows.append({"workers": count, "pool_seconds": round(pool, 1), "cluster_seconds": round(cluster, 1)})
    if given.rows:
        given.rows.write_text(json.dumps(_rows(rows, " ".join(chosen[:-2])), ensure_ascii=False, indent=1) + "\n", "utf-8")
    if given.json:
        print(json.dumps({"rows": rows, "same_bytes": len(hashes) == 1, "cores": os.cpu_count()}, indent=2))
    else:
        table = Table("workers", "processes, s", "cluster, s", title=f"{os.cpu_count()} cores; the files are {'the same' if len(hashes) == 1 else 'DIFFERENT'}")
        for row in rows:
            table.add_row(str(row["workers"]), str(row["pool_seconds"]), str(row["cluster_seconds"]))
        Console().print(table)
    return 0 if len(hashes) == 1 else 1


def _rows(found: list[dict[str, object]], chosen: str) -> list[dict[str, object]]:
    """The same as rows of the table of all benches (bench/rows.py)."""
    out: list[dict[str, object]] = []
    for row in found:
        for name, key, option in (("process{} of one machine", "pool_seconds", f"--jobs {row['workers']}"), ("worker{} of a cluster", "cluster_seconds", "--cluster ADDRESS")):
            out.append({"group": "e", "name": f"{row['workers']} " + name.format("" if row["workers"] == 1 else "es" if name.startswith("process") else "s"), "seconds": [row[key]], "note": f"{chosen or 'everything'}; nothing kept from before",
                        "command": f"python build.py build {chosen} {option}".replace("  ", " ")})  # fmt: skip
    return out


if __name__ == "__main__":
    sys.exit(main())
