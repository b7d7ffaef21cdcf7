"""The manifest: broken, cut, with gaps, or naming other files than those that patients read."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ..conftest import ROOT
from .support import (
    PAGE,
    PL,
    WORDS,
    Prove,
    edit_json,
    far_too_large,
    folder_instead,
    link_outside,
    link_to_itself,
    put,
    row_of,
)

pytestmark = pytest.mark.full


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'"x"',
        b"{}",
        b"\xff\xfe\x00",
        b"\x00" * 50,
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"editions": {}}',
        b'{"assets": [], "editions": [1]}',
        b'{"assets": [{}], "editions": []}',
        b'{"assets": "x", "editions": []}',
        b"<html>",
        b"9" * 6000,
        b'{"assets": [], "editions": [{"formats": []}]}',
        b'{"assets": [], "editions": [{"formats": {"web": null}}]}',
        b'{"assets": [], "editions": [{"formats": {"web": {"files": 3}}}]}',
    ],
    ids=lambda d: d[:24].decode("latin-1"),
)
def test_a_broken_manifest(dist: Path, prove: Prove, data: bytes) -> None:
    (dist / "manifest.json").write_bytes(data)
    for options in ((), ("--project", str(ROOT))):
        said = prove(dist, *options)
        assert (said.code, said.found) == (1, [("proof-record", "manifest.json")])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_cut_manifest(dist: Path, prove: Prove, share: float) -> None:
    data = (dist / "manifest.json").read_bytes()
    (dist / "manifest.json").write_bytes(data[: int(len(data) * share)])
    assert prove(dist)[:2] == (1, [("proof-record", "manifest.json")])


@pytest.mark.parametrize(
    "damage", [folder_instead, link_outside, link_to_itself, far_too_large], ids=lambda d: d.__name__
)
def test_a_manifest_that_is_no_file(dist: Path, prove: Prove, damage: Callable[[Path], None]) -> None:
    damage(dist / "manifest.json")
    assert prove(dist).code in (1, 3)


def spoil(manifest: Any, *path: str, value: Any = None, drop: bool = False) -> None:
    at = row_of(manifest)
    for step in path[:-1]:
        at = at[step]
    if drop:
        del at[path[-1]]
    else:
        at[path[-1]] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(("leaflet",), ...),
        pytest.param(("language",), ...),
        pytest.param(("digest",), ...),
        pytest.param(("published",), ...),
        pytest.param(("formats", "web", "state"), ...),
        pytest.param(("formats", "web", "path"), ...),
        pytest.param(("formats", "web", "path"), 5),
        pytest.param(("formats", "web", "path"), None),
        pytest.param(("formats", "web", "path"), "a\x00b"),
        (("formats",), ...),
        (("formats", "web", "files"), None),
        (("formats", "web", "files"), [{}]),
        (("digest",), None),
        pytest.param(("leaflet",), 3),
        pytest.param(("language",), ["pl"]),
        (("formats", "web", "files"), ["x"]),
        (("digest",), ""),
        (("leaflet",), "other"),
    ],
)
def test_a_manifest_with_a_gap(dist: Path, project: Path, prove: Prove, path: tuple[str, ...], value: Any) -> None:
    """A part of the manifest is lost or of another kind: a finding, with and without a project."""
    edit_json(dist / "manifest.json", lambda m: spoil(m, *path, value=value, drop=value is ...))
    assert prove(dist).code == 1 or path == ("published",)
    assert prove(dist, "--project", project).code == 1


@pytest.mark.parametrize(
    "path",
    [
        "../secret",
        "clean-hands/../../x",
        "/etc/hostname",
        "a/../../b",
        "..",
        ".",
        "",
        "nothing",
        "a" * 5000,
        "/dev/zero",
        "/proc/self/mem",
        pytest.param("a\x00b"),
        pytest.param("\ud800"),
    ],
    ids=repr,
)
def test_paths_that_lead_out_of_the_folder(dist: Path, tmp_path: Path, prove: Prove, path: str) -> None:
    """The manifest names a file elsewhere, with its right hash: nothing outside is read as if it were published."""
    (tmp_path / "secret").write_text("secret")
    digest = sha256(b"secret").hexdigest()
    edit_json(dist / "manifest.json", lambda m: m["assets"].append({"path": path, "sha256": digest, "bytes": 6}))
    said = prove(dist)
    # Half a character is no JSON text: then the manifest itself can't be read.
    assert said.code == 1 and said.codes == ["proof-record" if path == "\ud800" else "proof-changed"] and len(said.found) == 1


@pytest.mark.parametrize("path", ["../secret.html", "/etc/hostname", "nothing.html"])
def test_a_main_file_that_lies_elsewhere(dist: Path, tmp_path: Path, prove: Prove, path: str) -> None:
    """All files of the manifest are there, but the one to be proved is named as another: it goes unproved."""
    shutil.copy(dist / PAGE, tmp_path / "secret.html")
    put(dist, PAGE, (dist / PAGE).read_text("utf-8").replace(WORDS, "").encode())
    edit_json(dist / "manifest.json", lambda m: row_of(m)["formats"]["web"].update(path=path))
    said = prove(dist)
    assert said.code == 1, said.out


def test_a_main_file_that_is_another(dist: Path, prove: Prove) -> None:
    """The page to be proved is named as a copy that is good; the one that patients read has lost its warning."""
    good = (dist / PAGE).read_bytes()
    put(dist, PAGE, good.decode().replace(WORDS, "").encode())
    (dist / "good.html").write_bytes(good)

    def point(m: Any) -> None:
        row_of(m)["formats"]["web"]["path"] = "good.html"
        m["assets"].append({"path": "good.html", "sha256": sha256(good).hexdigest(), "bytes": len(good)})

    edit_json(dist / "manifest.json", point)
    assert prove(dist).code == 1


def test_a_manifest_that_forgets_a_language(dist: Path, prove: Prove) -> None:
    """Polish is taken off the server with its row of the manifest: the record knows that it was published."""
    edit_json(dist / "manifest.json", lambda m: m["editions"].remove(row_of(m)))
    shutil.rmtree(dist / PL)
    assert prove(dist).code == 1


def test_a_manifest_that_forgets_a_format(dist: Path, prove: Prove) -> None:
    """The cell is gone, the file is not: it is a file that nobody has proved."""
    edit_json(dist / "manifest.json", lambda m: row_of(m)["formats"].pop("web"))
    assert ("proof-changed", PAGE) in prove(dist).found


def test_a_page_that_is_called_an_asset(dist: Path, prove: Prove) -> None:
    """The manifest alone lists all files as assets and no edition: nothing is read back, and that is no pass."""

    def move(m: Any) -> None:
        m["assets"] += [f for e in m["editions"] for cell in e["formats"].values() for f in cell["files"]]
        m["editions"] = []

    edit_json(dist / "manifest.json", move)
    assert prove(dist).code == 1


@pytest.mark.parametrize(
    "data", [lambda t: b"\xef\xbb\xbf" + t.encode(), lambda t: t.encode("utf-16")], ids=["mark", "UTF-16"]
)
def test_a_manifest_saved_by_an_editor(dist: Path, project: Path, prove: Prove, data: Callable[[str], bytes]) -> None:
    """Saved again with a mark at its head, or as UTF-16: good or not, but the same with a project and without."""
    path = dist / "manifest.json"
    path.write_bytes(data(path.read_text("utf-8")))
    assert prove(dist).code == prove(dist, "--project", project).code
