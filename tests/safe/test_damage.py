"""Nothing that is damaged is served: not from the cache, and not from the folder that was published before."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from leafletkit.artefacts import pack, unpack
from leafletkit.cache import Cache
from leafletkit.jobs import Outcome
from leafletkit.shelf import Shelf

from ..conftest import small_project
from .support import FIRST, PAGES_ONLY, SOME, content, different, run, whole

pytestmark = pytest.mark.full
Kept = dict[str, bytes]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Kept]:
    """A folder with a project, a finished `dist`, its `cache` and an `old` project; and what was kept, by key."""
    base = tmp_path_factory.mktemp("made")
    small_project(base / "project")
    kept: Kept = {}
    real = Cache.put

    def put(self: Cache, key: str, value: bytes) -> None:
        kept[key] = value
        real(self, key, value)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cache, "put", put)
        assert run(base / "project", base / "dist", base / "cache", *SOME)[0] == 0
    return base, kept


@pytest.fixture
def copy(made: tuple[Path, Kept], tmp_path: Path) -> tuple[Path, Path, Path, Path, Kept]:
    """The project, an empty place for a folder, a copy of the cache, the reference; and what was kept."""
    base, kept = made
    shutil.copytree(base / "cache", tmp_path / "cache")
    return base / "project", tmp_path / "dist", tmp_path / "cache", base / "dist", kept


def kinds(kept: Kept) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key in kept:
        found.setdefault(key.partition(" ")[0], []).append(key)
    return found


def flipped(data: bytes) -> bytes:
    at = random.Random(len(data)).randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {"flipped": flipped, "cut": lambda d: d[: len(d) // 2], "empty": lambda d: b"", "longer": lambda d: d + b"\0"}


@pytest.mark.parametrize("how", ["flipped", "cut", *(pytest.param(how, marks=pytest.mark.stress) for how in ("empty", "longer"))])
def test_a_damaged_cache(copy, how: str) -> None:
    """Every entry damaged: everything is made again, and kept again."""
    project, out, cache, reference, kept = copy
    for path in cache.rglob("*"):
        if path.is_file():
            path.write_bytes(DAMAGE[how](path.read_bytes()))
    code, said = run(project, out, cache, *SOME)
    assert code == 0, said
    assert different(out, reference) == [] and whole(out)
    healed = Cache(cache)
    assert [key for key in kept if not key.startswith(("state ", "font ")) and healed.get(key) is None] == []


def test_entries_in_each_others_place(copy) -> None:
    project, out, cache, reference, _ = copy
    files = [p for p in sorted(cache.rglob("*")) if p.is_file()]
    data = [p.read_bytes() for p in files]
    for path, other in zip(files, data[1:] + data[:1], strict=True):
        path.write_bytes(other)
    code, said = run(project, out, cache, *SOME)
    assert code == 0, said
    assert different(out, reference) == []


NONSENSE = [b"", b"x", b"{}\n", b"[]\n", b"null\n", b"\xff\xfe", b'{"value": {}, "sizes": [-1]}\n', b'{"value": [], "sizes": ["x"]}\n', b'{"value": 7, "sizes": []}\n', b"9" * 5000]


@pytest.mark.parametrize("some", [slice(2, None, 4), pytest.param(slice(None), marks=pytest.mark.stress)], ids=["some", "all"])
@pytest.mark.parametrize("kind", ["artefact", "shelf", "more", "words", "state", "fonts", "font", "segment", "verdict"])
def test_sound_entries_of_another_shape(copy, kind: str, some: slice) -> None:
    """What another version of the toolkit may have put there: made again, never a traceback."""
    project, out, cache, reference, kept = copy
    keys = kinds(kept).get(kind, [])
    assert keys or kind in ("fonts", "verdict"), sorted(kinds(kept))
    for n, bad in [*enumerate(NONSENSE)][some]:
        if kind == "segment" and (not bad or len(bad) % 2 == 0):
            continue  # sounds of nothing; that a sound is another one only its proof can tell
        shutil.rmtree(out, ignore_errors=True)
        for key in keys:
            Cache(cache).put(key, bad)
        if kind in ("artefact", "font", "fonts", "segment", "verdict"):  # else nobody asks for it
            for key in kinds(kept)["shelf"]:
                Cache(cache).put(key, b"")
        if kind == "segment":
            for key in kinds(kept)["artefact"]:
                Cache(cache).put(key, b"")
        code, said = run(project, out, cache, *SOME)
        assert code == 0, (bad, said)
        assert different(out, reference) == [], bad
        if kind == "segment" and n > 3:
            break


EVIL = ("../../evil", "/tmp/leafletkit-evil", f"{FIRST}/../../evil", f"{FIRST}/pl/../../../evil", "index.html", f"{FIRST}//x", f"{FIRST}/\0")


@pytest.mark.parametrize(("evil", "field"), [pytest.param(evil, field, marks=[pytest.mark.stress] if (n + m) % 2 else []) for n, evil in enumerate(EVIL) for m, field in enumerate(("files", "record"))])
def test_no_shelf_leads_outside(copy, evil: str, field: str) -> None:
    """An entry with a right checksum that names a place of its own: it is not believed, and nothing is written there."""
    project, out, cache, reference, kept = copy
    for key in kinds(kept)["shelf"]:
        _shelf, blobs = unpack(kept[key], Shelf) or pytest.fail("not a shelf")
        plain = json.loads(kept[key].split(b"\n")[1])
        row = plain["record"] if field == "record" else plain["files"][0]
        row["path"] = evil
        Cache(cache).put(key, pack(plain, blobs))
    before = content(out.parent)
    code, said = run(project, out, cache, *SOME)
    assert code == 0, said
    assert different(out, reference) == []
    assert {n for n in content(out.parent).keys() - before.keys() if not n.startswith(("dist/", "cache/"))} == set()
    assert not Path("/tmp/leafletkit-evil").exists()


@pytest.mark.parametrize("evil", ["../../evil", "report/index.html", *(pytest.param(evil, marks=pytest.mark.stress) for evil in ("/tmp/leafletkit-evil", f"{FIRST}/pl/../../../evil"))])
def test_no_artefact_leads_outside(copy, evil: str) -> None:
    project, out, cache, reference, kept = copy
    for key in (*kinds(kept)["artefact"], *kinds(kept)["shelf"]):
        if key.startswith("shelf"):
            Cache(cache).put(key, b"")
            continue
        _outcome, blobs = unpack(kept[key], Outcome) or pytest.fail("not an outcome")
        plain = json.loads(kept[key].split(b"\n")[1])
        for row in plain["files"][-1:]:
            row["path"] = evil
        Cache(cache).put(key, pack(plain, blobs))
    code, said = run(project, out, cache, *SOME)
    assert code == 0, said
    assert different(out, reference) == []
    assert not Path("/tmp/leafletkit-evil").exists() and not (out.parent / "evil").exists()


def test_artefacts_of_other_jobs(copy) -> None:
    """Each finished file kept under the key of another: none is taken."""
    project, out, cache, reference, kept = copy
    keys = kinds(kept)["artefact"]
    for key, other in zip(keys, keys[1:] + keys[:1], strict=True):
        Cache(cache).put(key, kept[other])
    for key in kinds(kept)["shelf"]:
        Cache(cache).put(key, b"")
    code, said = run(project, out, cache, *SOME)
    assert code == 0, said
    assert different(out, reference) == []


def test_a_cache_that_is_a_file(copy) -> None:
    project, out, cache, reference, _ = copy
    shutil.rmtree(cache)
    cache.write_text("mine")
    code, said = run(project, out, cache, *SOME)
    assert code == 0, said
    assert different(out, reference) == [] and cache.read_text() == "mine"


def test_nothing_kept_names_the_project(made: tuple[Path, Kept]) -> None:
    """So that another machine, and a project that was moved, find it. Only the state of a folder is of one place."""
    base, kept = made
    assert [key for key, value in kept.items() if str(base).encode() in value and not key.startswith("state ")] == []
    assert [key for key in kept if str(base) in key and not key.startswith("state ")] == []


def test_a_cache_and_a_project_that_were_moved(copy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    project, out, cache, reference, _ = copy
    shutil.copytree(project, tmp_path / "elsewhere")
    monkeypatch.setattr("leafletkit.jobs.perform", lambda job: pytest.fail(job.path))
    code, said = run(tmp_path / "elsewhere", out, cache, *SOME)
    assert code == 0, said
    assert different(out, reference) == []


def _same_times(path: Path, data: bytes) -> None:
    times = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def _linked(path: Path) -> None:
    twin = path.with_name("twin")
    path.rename(twin)
    path.symlink_to(twin.name)


def _folder_linked(path: Path) -> None:
    away = path.parents[2].with_name("away")
    path.parent.rename(away)
    path.parent.symlink_to(away)


TAMPER: dict[str, Callable[[Path], object]] = {
    "changed": lambda p: p.write_bytes(p.read_bytes() + b" "),
    "changed, with its times and size": lambda p: _same_times(p, flipped(p.read_bytes())),
    "deleted": lambda p: p.unlink(),
    "cut": lambda p: p.write_bytes(p.read_bytes()[:9]),
    "a link": _linked,
    "a folder that is a link": _folder_linked,
    "a link to nothing": lambda p: (p.unlink(), p.symlink_to("/nowhere")),
    "one more": lambda p: p.with_name("more.html").write_text("x"),
    "one more, hidden": lambda p: p.with_name(".more").write_text("x"),
    "one more link": lambda p: p.with_name("etc").symlink_to("/etc"),
}


PUBLISHED = [f"{FIRST}/pl/index.html", f"{FIRST}/pl/{FIRST}-pl.mp3", "assets/page.css", "manifest.json", f"{FIRST}/record.json"]
# Each way once at least here, and all pairs in `make stress`: each takes three builds.
TAMPERED = [
    pytest.param(name, how, edited, marks=[] if (n + m + edited) % 5 == 0 and (edited or n % 2 == 0) else [pytest.mark.stress], id="-".join(filter(None, (how, name, "edited" * edited))))
    for n, name in enumerate(PUBLISHED)
    for m, how in enumerate(TAMPER)
    for edited in (False, True)
]


def edit_style(project: Path) -> None:
    with (project / "styles/site.css").open("a") as file:
        file.write(".x{color:red}")


@pytest.fixture(scope="module")
def anew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished folder of the project with an edited style, made with nothing kept; never changed."""
    base = tmp_path_factory.mktemp("anew")
    edit_style(small_project(base / "project"))
    assert run(base / "project", base / "dist", base / "cache", *SOME)[0] == 0
    return base / "dist"


@pytest.mark.parametrize(("name", "how", "edited"), TAMPERED)
def test_who_changes_what_was_published(made: tuple[Path, Kept], anew: Path, tmp_path: Path, name: str, how: str, edited: bool) -> None:
    base, _ = made
    formats = SOME
    project, out, cache = tmp_path / "project", tmp_path / "dist", tmp_path / "cache"
    small_project(project)
    shutil.copytree(base / "cache", cache)
    assert run(project, out, cache, *formats)[0] == 0
    if not (out / name).exists():
        pytest.skip(f"there is no {name}")
    if "folder" in how and name.count("/") < 2:
        pytest.skip("it lies in no folder of its own")
    TAMPER[how](out / name)
    if edited:
        edit_style(project)
    code, said = run(project, out, cache, *formats)
    assert code == 0 and "Nothing has changed" not in said, said
    if edited:
        assert different(out, anew) == []
    else:
        assert different(out, base / "dist") == []
    assert not any(path.is_symlink() for path in out.rglob("*"))
    assert Path("/etc/passwd").exists()
    code, said = run(project, out, cache, *formats)
    assert code == 0 and "Nothing has changed" in said


def test_touched_files_are_nothing_new(made: tuple[Path, Kept], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base, _ = made
    project, out = small_project(tmp_path / "project"), tmp_path / "dist"
    assert run(project, out, base / "cache", *PAGES_ONLY)[0] == 0
    for path in project.rglob("*"):
        path.touch()
    monkeypatch.setattr("leafletkit.jobs.perform", lambda job: pytest.fail(job.path))
    (project / f"locales/{FIRST}.pot").write_text("new")
    (project / "notes.txt").write_text("new")
    assert "Nothing has changed" in run(project, out, base / "cache", *PAGES_ONLY)[1]
