"""The cache of sentences: what was put there comes back whole, or nothing does; it never stops a build."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leafletkit.cache import FOLDER, Cache, default_folder

FORK = multiprocessing.get_context("fork")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def entries(cache: Cache) -> list[Path]:
    """Every file of a cache."""
    return sorted(p for p in cache.folder.rglob("*") if p.is_file())


def left_over(cache: Cache) -> list[Path]:
    return [p for p in entries(cache) if p.name.startswith(".new-")]


def entry(cache: Cache, key: str, value: bytes) -> Path:
    """The only file of a cache that holds one thing."""
    cache.put(key, value)
    (path,) = entries(cache)
    return path


def child(act: Callable[[], None]) -> int:
    """The exit code of a process that does something."""
    process = FORK.Process(target=act)
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


@pytest.mark.parametrize("value", [b"", b"x", b"\0" * 100, os.urandom(100_000)], ids=["nothing", "one", "zeros", "many"])
def test_what_was_put_comes_back(cache: Cache, value: bytes) -> None:
    assert cache.get("key") is None and "key" not in cache
    cache.put("key", value)
    assert cache.get("key") == value and "key" in cache and "other" not in cache
    assert Cache(cache.folder).get("key") == value
    assert not left_over(cache)


def test_the_last_one_counts(cache: Cache) -> None:
    for value in (b"one", b"a longer one", b""):
        cache.put("key", value)
        assert cache.get("key") == value
    assert len(entries(cache)) == 1


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.binary(max_size=50), max_size=8))
def test_any_keys(tmp_path_factory: pytest.TempPathFactory, values: dict[str, bytes]) -> None:
    """Paths, NUL, spaces and other scripts in a key lead nowhere outside the folder."""
    base = tmp_path_factory.mktemp("any")
    cache = Cache(base / "cache")
    for key, value in values.items():
        cache.put(key, value)
    assert {key: cache.get(key) for key in values} == values
    assert [p.name for p in base.iterdir()] == (["cache"] if values else [])
    assert len(entries(cache)) == len(values)


def test_keys_that_nearly_collide(cache: Cache) -> None:
    keys = ("a", "a\0", "a b", "a  b", "A", "/a", "../a", "a/../a", "")
    for key in keys:
        cache.put(key, key.encode())
    assert [cache.get(key) for key in keys] == [key.encode() for key in keys]


@pytest.mark.parametrize("bit", [0, 3, 7])
def test_every_flipped_bit_is_found(cache: Cache, bit: int) -> None:
    path = entry(cache, "key", b"some sound of a sentence")
    whole = path.read_bytes()
    for position in range(len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1 << bit]) + whole[position + 1 :])
        assert cache.get("key") is None, position
    path.write_bytes(whole)
    assert cache.get("key") == b"some sound of a sentence"


def test_every_cut_is_found(cache: Cache) -> None:
    """As a full disk or a fallen machine leaves it; and bytes too many are no better."""
    path = entry(cache, "key", b"some sound of a sentence")
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        assert cache.get("key") is None, size
    for more in (b"\0", whole):
        path.write_bytes(whole + more)
        assert cache.get("key") is None
    cache.put("key", b"mended")
    assert cache.get("key") == b"mended"


def test_the_entry_of_another_key_is_none(cache: Cache) -> None:
    """A file that is moved, by hand or by a damaged disk, is not heard in the place of another sentence."""
    cache.put("Do visit.", b"sound one")
    cache.put("Do not visit.", b"sound two")
    cache._path("Do visit.").replace(cache._path("Do not visit."))
    assert cache.get("Do not visit.") is None and cache.get("Do visit.") is None


def test_a_folder_in_the_place_of_an_entry(cache: Cache) -> None:
    cache._path("key").mkdir(parents=True)
    assert cache.get("key") is None and "key" not in cache
    cache.put("key", b"value")
    assert cache.get("key") is None and not left_over(cache)


@pytest.mark.parametrize("depth", [0, 1])
def test_a_file_in_the_place_of_a_folder(cache: Cache, depth: int) -> None:
    """Of the cache itself, or of one of its folders."""
    place = cache.folder if depth == 0 else cache._path("key").parent
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"in the way")
    cache.put("key", b"value")
    assert cache.get("key") is None and "key" not in cache
    assert place.read_bytes() == b"in the way"


@pytest.mark.parametrize("folder", ["/proc/leafletkit", "/dev/null/cache", "/proc/self/mem"])
def test_a_place_that_can_not_be_written(folder: str) -> None:
    cache = Cache(Path(folder))
    cache.put("key", b"value")
    assert cache.get("key") is None and "key" not in cache


def test_a_folder_without_permission(cache: Cache) -> None:
    """As another user, whom the folder does not belong to."""
    cache.put("kept", b"value")
    os.chmod(cache._path("kept").parent, 0o555)
    os.chmod(cache.folder, 0o555)
    # A user who isn't root needs a way to the folder.
    for parent in cache.folder.parents:
        if parent.stat().st_uid == os.getuid() and parent != Path("/") and str(parent).startswith("/tmp/"):
            os.chmod(parent, 0o755)
    for path in entries(cache):
        os.chmod(path, 0o644)

    def act() -> None:
        if os.getuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        for n in range(300):
            cache.put(f"key {n}", b"value")
            if cache.get(f"key {n}") is not None:
                os._exit(7)
        os._exit(0 if cache.get("kept") == b"value" else 8)

    try:
        assert child(act) == 0
        assert len(entries(cache)) == 1
    finally:
        os.chmod(cache.folder, 0o755)
        os.chmod(cache._path("kept").parent, 0o755)


def test_an_entry_that_can_not_be_read(cache: Cache) -> None:
    """A link to nowhere, a link in a ring, and a link to a device."""
    path = entry(cache, "key", b"value")
    for target in (Path("nowhere"), path, Path("/dev/null")):
        path.unlink(missing_ok=True)
        path.symlink_to(target)
        assert cache.get("key") is None
    cache.put("key", b"value")
    assert cache.get("key") == b"value" and not path.is_symlink()


def test_a_full_disk(cache: Cache) -> None:
    """A file can't grow beyond 100 kB: nothing is kept, nothing is left lying about, and what was there before stays."""
    cache.put("key", b"old")

    def act() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        cache.put("key", b"n" * 1_000_000)
        cache.put("other", b"n" * 1_000_000)
        fits = "small"
        cache.put(fits, b"s" * 1000)
        os._exit(0 if (cache.get("key"), cache.get("other"), cache.get(fits)) == (b"old", None, b"s" * 1000) else 7)

    assert child(act) == 0
    assert not left_over(cache) and len(entries(cache)) == 2
    assert cache.get("key") == b"old"


def test_many_processes_at_once(cache: Cache) -> None:
    """All write the same few keys over and over: whoever reads gets a whole value that somebody put there for that key."""
    keys = [f"sentence {n}" for n in range(4)]

    def value(key: str, writer: int) -> bytes:
        return f"{key} by {writer} ".encode() * (200 + 50 * writer)

    good = {key: {value(key, writer) for writer in range(6)} for key in keys}

    def act(writer: int) -> None:
        choose = random.Random(writer)
        for _ in range(150):
            key = choose.choice(keys)
            cache.put(key, value(key, writer))
            found = cache.get(choose.choice(keys))
            if found is not None and not any(found in values for values in good.values()):
                os._exit(7)
            if cache.get(key) not in good[key]:
                os._exit(8)
        os._exit(0)

    writers = [FORK.Process(target=act, args=(n,)) for n in range(6)]
    for process in writers:
        process.start()
    for process in writers:
        process.join()
    assert [process.exitcode for process in writers] == [0] * 6
    assert {key: cache.get(key) in good[key] for key in keys} == dict.fromkeys(keys, True)
    assert not left_over(cache) and len(entries(cache)) == 4


def test_a_process_that_is_killed_leaves_no_entry(cache: Cache) -> None:
    """In the middle of writing. What it had begun is no entry, and does not stand in the way."""

    def act() -> None:
        def die(*_: object) -> object:
            os._exit(9)

        Path.replace = die  # type: ignore[method-assign, assignment]
        cache.put("key", b"value")

    assert child(act) == 9
    assert cache.get("key") is None and "key" not in cache
    cache.put("key", b"value")
    assert cache.get("key") == b"value"


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path / "own"))
    assert default_folder() == tmp_path / "own"
    for empty in ("", None):
        monkeypatch.setenv(FOLDER, "") if empty == "" else monkeypatch.delenv(FOLDER)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
        assert default_folder() == tmp_path / "xdg/leafletkit"
        monkeypatch.setenv("XDG_CACHE_HOME", "")
        assert default_folder() == Path.home() / ".cache/leafletkit"
