"""A build on a cluster is the build of one machine, byte for byte, whatever happens to the workers."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.pages_support import served

from .support import Machines, built, files, kill, machines, program, running, until

pytestmark = pytest.mark.full


def test_a_pool_makes_the_same_bytes(project: Path, serial: Path, tmp_path: Path) -> None:
    done = built(project, tmp_path / "out", "--jobs", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert files(tmp_path / "out") == files(serial)


def test_a_cluster_makes_the_same_bytes(project: Path, serial: Path, tmp_path: Path, cluster: Machines) -> None:
    done = built(project, tmp_path / "out", "--cluster", cluster.address)
    assert done.returncode == 0, done.stdout + done.stderr
    assert files(tmp_path / "out") == files(serial)
    assert "2 workers are at work." in done.stdout and not done.stderr
    # Every file is told of once.
    told = re.findall(r"^  (clean-hands/\S+)$", done.stdout, re.MULTILINE)
    assert len(told) == len(set(told)) == 16


def test_a_worker_that_is_killed_costs_a_retry(project: Path, serial: Path, tmp_path: Path) -> None:
    with machines(tmp_path, 2) as own, running(project, tmp_path / "out", "--cluster", own.address) as build:
        assert build.stdout
        said = []
        for line in build.stdout:
            said.append(line)
            if line.endswith(".pdf\n"):  # they have begun: each has a job, and more to come
                kill(own.started[1].pid)
                break
        said += build.stdout.readlines()
        assert build.wait() == 0, "".join(said)
    assert "1 worker was lost" in "".join(said) and "1 worker is at work" in "".join(said)
    told = [line for line in said if line.startswith("  clean-hands/")]
    assert len(told) == len(set(told)) == 16
    assert files(tmp_path / "out") == files(serial)


def test_stopping_leaves_nothing_to_do(project: Path, tmp_path: Path, cluster: Machines) -> None:
    """Ctrl+C: what waits on the cluster is dropped, nothing is published, and the next build finds the workers free."""
    with running(project, tmp_path / "out", "--cluster", cluster.address) as build:
        assert build.stdout
        said = []
        for line in build.stdout:
            said.append(line)
            if line.startswith("render and prove"):
                build.send_signal(signal.SIGINT)
                break
        said += build.stdout.readlines()
        assert build.wait() == 130 and "leafletkit: stopped; nothing was changed" in "".join(said), "".join(said)
    assert "Traceback" not in "".join(said)
    assert not (tmp_path / "out").exists()
    from distributed import Client

    with Client(cluster.address, set_as_default=False) as client:
        until("an idle scheduler", lambda: not client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)))


def test_a_worker_with_other_code_is_refused(project: Path, tmp_path: Path) -> None:
    with machines(tmp_path, 1) as own:
        own.worker(source=program(tmp_path / "other", fonts="\n# another version\n"))
        own.ready(2)
        done = built(project, tmp_path / "out", "--cluster", own.address)
    assert done.returncode == 3 and not (tmp_path / "out").exists()
    rows = done.stderr.splitlines()
    assert "machines of the cluster may make other files than this one" in rows[0]
    assert re.match(r"tcp://127\.0\.0\.1:\d+:$", rows[1]) and re.match(r" +here +there$", rows[2])
    assert re.match(r"    leafletkit, its code  [0-9a-f]{16}  [0-9a-f]{16}$", rows[3]) and len(rows) == 5
    assert "docs/how-to/cluster.md" in rows[4]


def test_workers_without_the_program_are_refused(project: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with machines(tmp_path, 0) as own:
        own.worker(source=empty)
        done = built(project, tmp_path / "out", "--cluster", own.address)
    assert done.returncode == 3
    assert "workers can't load leafletkit" in done.stderr and "No module named 'leafletkit'" in done.stderr


def test_a_scheduler_without_the_program_is_refused(project: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with machines(tmp_path, 0, empty) as own:
        own.worker(source=program(tmp_path / "whole"))
        done = built(project, tmp_path / "out", "--cluster", own.address)
    assert done.returncode == 3 and "the scheduler can't load leafletkit" in done.stderr


def test_a_scheduler_that_is_not_there(project: Path, tmp_path: Path) -> None:
    done = built(project, tmp_path / "out", "--cluster", "tcp://127.0.0.1:9")
    assert done.returncode == 3 and not (tmp_path / "out").exists()
    assert "there is no scheduler at tcp://127.0.0.1:9: it does not answer within 10 seconds" in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_something_else_answers(project: Path, tmp_path: Path) -> None:
    with served(tmp_path) as url:
        done = built(project, tmp_path / "out", "--cluster", "tcp://" + url.removeprefix("http://").strip("/"))
    assert done.returncode == 3 and "there is no scheduler at tcp://" in done.stderr and len(done.stderr.splitlines()) == 2


def test_an_address_that_is_none(project: Path, tmp_path: Path) -> None:
    done = built(project, tmp_path / "out", "--cluster", "localhost:8786")
    assert done.returncode == 2 and "tcp://leaflets.example.org:8786" in done.stderr


def test_without_the_extra(project: Path, tmp_path: Path) -> None:
    (tmp_path / "distributed.py").write_text("raise ModuleNotFoundError(\"No module named 'distributed'\", name='distributed')\n")
    done = built(project, tmp_path / "out", "--cluster", "tcp://127.0.0.1:9", PYTHONPATH=str(tmp_path))
    assert done.returncode == 3
    assert "the parts that a cluster needs are not installed" in done.stderr and "pip install 'leafletkit[cluster]'" in done.stderr


@pytest.mark.skipif(not shutil.which("openssl"), reason="certificates are made by openssl")
def test_a_closed_line(project: Path, serial: Path, tmp_path: Path) -> None:
    """With TLS, by Dask's own settings. Whoever has no certificate is not let in."""
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=leaflets", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(made, cwd=tmp_path, check=True, capture_output=True)
    start = "DASK_DISTRIBUTED__COMM__"
    settings = {f"{start}TLS__CA_FILE": str(tmp_path / "cert.pem"), f"{start}REQUIRE_ENCRYPTION": "True"}
    for who in ("SCHEDULER", "WORKER", "CLIENT"):
        settings |= {f"{start}TLS__{who}__CERT": str(tmp_path / "cert.pem"), f"{start}TLS__{who}__KEY": str(tmp_path / "key.pem")}
    own = Machines(tmp_path, program(tmp_path / "program"))
    try:
        address = own.scheduler("--protocol", "tls", **settings)
        assert address.startswith("tls://")
        own.worker(**settings)
        done = built(project, tmp_path / "out", "--cluster", address, "--format", "web", "--format", "large-print", **settings)
        assert done.returncode == 0, done.stdout + done.stderr
        stranger = built(project, tmp_path / "none", "--cluster", address)
        assert stranger.returncode == 3 and "there is no scheduler" in stranger.stderr and "certificates" in stranger.stderr
    finally:
        own.stop()
    name = "clean-hands/pl/clean-hands-pl-large-print.pdf"
    assert files(tmp_path / "out")[name] == files(serial)[name]

