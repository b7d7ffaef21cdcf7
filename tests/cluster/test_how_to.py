"""What the how-to tells people to type is what the programs take."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml
from distributed.cli import dask_scheduler, dask_worker

from leafletkit import bundle, cli, cluster

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs/how-to/cluster.md").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docs/how-to/compose.yaml").read_text("utf-8"))
PROGRAMS = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}


def commands() -> Iterator[list[str]]:
    """Each call of Dask, from its verb on: in the services of the compose file, and in the page."""
    rows = [service["command"] for service in COMPOSE["services"].values()]
    rows += [shlex.split(row) for row in re.findall(r"(?m)^ *((?:docker run .* )?dask (?:scheduler|worker) .*)$", PAGE)]
    return (row[row.index("dask") + 1 :] for row in rows if "dask" in row)


def test_dask_takes_these_options() -> None:
    seen = list(commands())
    assert len(seen) >= 7
    for verb, *rest in seen:
        given = {word for word in rest if word.startswith("--")}
        known = {option for p in PROGRAMS[verb].params for option in (*p.opts, *p.secondary_opts)}
        assert given <= known, (verb, given - known)
        assert "--no-dashboard" in given
        assert verb == "scheduler" or rest[rest.index("--nthreads") + 1] == "1"


def test_the_services() -> None:
    services = COMPOSE["services"]
    assert set(services) == {"scheduler", "worker", "build"}
    for service in services.values():
        assert service["build"]["target"] == "cluster" and service["networks"] == ["closed"] and "ports" not in service
        assert (ROOT / "docs/how-to" / service["build"]["context"] / "Dockerfile").is_file()
    assert COMPOSE["networks"]["closed"]["internal"] is True
    for service in services.values():
        for volume in service.get("volumes", ()):
            name = volume.partition(":")[0]
            assert name.startswith("$") or name in COMPOSE["volumes"]


def test_the_build_of_the_compose_file_is_a_command() -> None:
    command = COMPOSE["services"]["build"]["command"]
    options = cli.parser().parse_args(command[command.index("build.py") + 1 :])
    assert cluster._ADDRESS.fullmatch(options.cluster) and options.cluster in COMPOSE["services"]["worker"]["command"]
    mounted = [volume.rsplit(":/")[1].partition(":")[0] for volume in COMPOSE["services"]["build"]["volumes"]]
    assert [options.project.name, options.out.parent.name] == mounted


def test_the_dockerfile_has_what_the_compose_file_asks_for() -> None:
    text = (ROOT / "Dockerfile").read_text()
    stages = re.findall(r"(?m)^FROM \S+(?: AS (\S+))?$", text)
    assert stages == ["program", "cluster", ""]  # without a target, the leaflets are built
    assert re.search(r"distributed==(\S+)", text).group(1) == metadata.version("distributed")
    assert re.search(r"(?m)^ENV PYTHONPATH=/leafletkit/src$", text) and "WORKDIR /leafletkit" in text


@pytest.mark.parametrize("said", [f"{bundle.LARGEST >> 20} MB a file", f"{bundle.MOST >> 30} GB in all", f"waits {cluster.PATIENCE:g} seconds"])
def test_the_limits_are_those_of_the_code(said: str) -> None:
    assert said in PAGE


def test_the_settings_for_tls_are_dasks() -> None:
    text = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL).group(1)
    from distributed.security import Security

    settings = yaml.safe_load(text)["distributed"]["comm"]
    import dask

    with dask.config.set({"distributed.comm": dask.config.merge(dask.config.get("distributed.comm"), settings)}):
        security = Security()
    assert security.require_encryption and security.tls_ca_file == settings["tls"]["ca-file"]
    for who in ("scheduler", "worker", "client"):
        assert security.get_tls_config_for_role(who)["cert"] == settings["tls"][who]["cert"]
