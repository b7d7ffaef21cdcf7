"""The server of a preview: which bytes it gives to whom, and what it adds to a page."""

from __future__ import annotations

import json
import re
import socket

import pytest

from leafletkit.errors import Fault, UsageError
from leafletkit.preview_page import loosened, with_script
from leafletkit.preview_server import PreviewServer, part
from leafletkit.preview_state import State
from leafletkit.preview_store import Board, Store

from .support import POLICY, ask, edition, first_state, manifest, page, publish, served

SOUND = bytes(range(256)) * 40
WEB = {"hands/pl/index.html": page("words"), "hands/pl/hands.mp3": SOUND}
SHARED = {"index.html": page("list"), "assets/page.css": b"p { color: red }", "sw.js": b"worker", "assets/fonts/a.woff2": b"f", "hands/pl/hands.vtt": b"WEBVTT"}


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "preview"
    publish(folder, manifest([edition("hands", "pl", {"web": WEB})], SHARED), WEB, SHARED)
    return folder


@pytest.fixture
def store(tmp_path):
    (tmp_path / "store").mkdir()
    return Store(tmp_path / "store")


@pytest.fixture
def server(store, out):
    with served(store, first_state(store, out)) as running:
        yield running


# -- what it gives


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/assets/page.css", "text/css; charset=utf-8"), ("/hands/pl/hands.mp3", "audio/mpeg"), ("/assets/fonts/a.woff2", "font/woff2"),
     ("/hands/pl/hands.vtt", "text/vtt; charset=utf-8"), ("/hands/pl/", "text/html; charset=utf-8"), ("/", "text/html; charset=utf-8"),
     ("/-/preview.js", "text/javascript; charset=utf-8")],
)  # fmt: skip
def test_each_file_has_its_type_and_is_never_kept(server, path, kind):
    status, headers, _ = ask(server, path)
    assert status == 200 and headers["content-type"] == kind
    assert headers["cache-control"] == "no-store" and headers["x-content-type-options"] == "nosniff"


def test_bytes_are_those_of_the_file(server):
    assert ask(server, "/hands/pl/hands.mp3")[2] == SOUND
    assert ask(server, "/assets/page.css?build=7")[2] == SHARED["assets/page.css"]


def test_head_gives_the_size_and_no_bytes(server):
    status, headers, body = ask(server, "/hands/pl/hands.mp3", "HEAD")
    assert (status, headers["content-length"], body) == (200, str(len(SOUND)), b"")


def test_nothing_can_be_sent_to_it(server):
    assert ask(server, "/index.html", "POST")[0] == 501 and ask(server, "/index.html", "DELETE")[0] == 501


def test_a_folder_leads_to_its_page(server):
    status, headers, _ = ask(server, "/hands/pl")
    assert (status, headers["location"]) == (302, "/hands/pl/")


def test_a_folder_of_another_host_can_not_be_led_to(server):
    """“//hands/pl” would be the page “pl” of a machine named “hands”."""
    assert ask(server, "//hands/pl")[1].get("location", "/hands/pl/").count("//") == 0


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [("bytes=0-99", 206, 0, 99), ("bytes=100-", 206, 100, len(SOUND) - 1), ("bytes=-10", 206, len(SOUND) - 10, len(SOUND) - 1),
     ("bytes=10000-99999999", 206, 10000, len(SOUND) - 1), ("bytes=0-1,5-6", 200, 0, len(SOUND) - 1), ("lines=0-1", 200, 0, len(SOUND) - 1),
     ("bytes=9-3", 200, 0, len(SOUND) - 1)],
)  # fmt: skip
def test_a_player_may_ask_for_a_part(server, asked, status, first, last):
    found, headers, body = ask(server, "/hands/pl/hands.mp3", Range=asked)
    assert (found, body) == (status, SOUND[first : last + 1])
    assert headers.get("content-range") == (f"bytes {first}-{last}/{len(SOUND)}" if status == 206 else None)


def test_a_part_that_is_not_there_is_refused(server):
    status, headers, body = ask(server, "/hands/pl/hands.mp3", Range=f"bytes={len(SOUND)}-")
    assert (status, headers["content-range"], body) == (416, f"bytes */{len(SOUND)}", b"")


def test_parts_of_an_empty_file():
    with pytest.raises(ValueError):
        part("bytes=0-", 0)
    assert part("bytes=-", 5) is None


# -- to whom


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:{}", ""])
@pytest.mark.parametrize("path", ["/", "/-/events?path=/", "/-/preview.js", "/hands/pl/hands.mp3"])
def test_a_name_of_the_web_that_leads_here_gets_nothing(server, host, path):
    status, _, body = ask(server, path, Host=host.format(server.server_port))
    assert status == 421 and b"words" not in body


def test_both_names_of_this_machine_are_answered(server):
    assert all(ask(server, "/", Host=f"{name}:{server.server_port}")[0] == 200 for name in ("127.0.0.1", "localhost"))


def test_no_other_page_may_use_the_files(server):
    _, headers, _ = ask(server, "/hands/pl/hands.mp3", Origin="https://evil.example")
    assert headers["cross-origin-resource-policy"] == "same-origin" and "access-control-allow-origin" not in headers


def test_it_listens_on_this_machine_only(server):
    assert server.socket.getsockname()[0] == "127.0.0.1"


# -- nothing else


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/hands/../../secret.txt", "//secret.txt", "/hands/pl/..%5c..%5csecret.txt",
     "/%2fetc/passwd", "//etc/passwd", "/link.txt", "/linked/secret.txt", "/unlisted.html", "/manifest.json", "/hands/pl/index.html%00.css"],
)  # fmt: skip
def test_no_path_leads_out(server, out, path):
    """Neither upwards, nor through a link, nor to a file in the folder that no manifest names."""
    (out.parent / "secret.txt").write_text("secret")
    (out / "link.txt").symlink_to(out.parent / "secret.txt")
    (out / "linked").symlink_to(out.parent)
    (out / "unlisted.html").write_text("secret")
    status, _, body = ask(server, path)
    assert status == 404 and b"secret</" not in body and body != b"secret" and b"root:" not in body


def test_a_link_in_place_of_a_proved_file_is_not_taken(tmp_path, store, out):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    (out / "index.html").unlink()
    (out / "index.html").symlink_to(secret)
    with pytest.raises(Fault, match="not the file that was proved"):
        store.take(out)


def test_a_file_that_was_changed_after_its_proof_is_not_taken(store, out):
    path = out / "hands/pl/index.html"
    path.write_bytes(path.read_bytes().replace(b"words", b"other"))
    with pytest.raises(Fault, match="not the file that was proved"):
        store.take(out)


def test_a_manifest_that_leads_out_takes_nothing(tmp_path, store, out):
    """Its hash would have to be known; and then it would be served under no path but its own."""
    (tmp_path / "secret.txt").write_text("secret")
    found = json.loads((out / "manifest.json").read_text())
    found["assets"].append({"path": "../secret.txt", "sha256": "0" * 64, "bytes": 6})
    (out / "manifest.json").write_text(json.dumps(found))
    with pytest.raises(Fault):
        store.take(out)


def test_no_worker_is_served(server):
    assert ask(server, "/sw.js")[0] == 404


def test_what_no_page_shows_is_dropped(store, out):
    view = first_state(store, out).view
    kept = view.files["index.html"]
    store.forget({kept})
    assert [p.name for p in store.folder.iterdir()] == [kept]


def test_a_file_that_was_just_dropped_is_a_page_that_is_not_there(store, out):
    state = first_state(store, out)
    store.forget(())
    with served(store, state) as server:
        assert ask(server, "/hands/pl/")[0] == 404 and ask(server, "/assets/page.css")[0] == 404


# -- what it adds to a page


def test_only_the_served_copy_has_the_script(server, out):
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    _, _, body = ask(server, "/hands/pl/")
    assert re.search(rb'<script src="/-/preview\.js" data-session="\w+" data-build="1" defer></script>', body)
    assert body.index(b"/-/preview.js") < body.index(b"own.js"), "it must come first to keep the worker away"
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    assert b"/-/" not in before[out / "hands/pl/index.html"]


def test_the_served_page_is_the_proved_one_but_for_the_script_and_its_leave(server):
    _, _, body = ask(server, "/hands/pl/")
    bare = re.sub(rb'<script src="/-/[^>]*></script>', b"", body)
    assert re.sub(rb'content="default[^"]*"', b"", bare) == re.sub(rb'content="default[^"]*"', b"", WEB["hands/pl/index.html"])


def test_the_policy_is_loosened_for_the_script_alone(server):
    _, _, body = ask(server, "/hands/pl/")
    policy = re.search(rb'Policy" content="([^"]*)"', body)[1].decode()
    own = f"http://127.0.0.1:{server.server_port}/-/"
    assert policy == f"{POLICY}; script-src {own}preview.js; connect-src {own}events"


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        ("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'", None),
        ("default-src 'self'", None),
        ("img-src 'none'", None),
        ("", None),
        ("default-src 'none'; script-src 'none'; style-src 'self'; connect-src 'self'", "default-src 'none'; script-src H/-/preview.js; style-src 'self'; connect-src 'self'"),
        ("default-src a.example; style-src 'self'", "default-src a.example; style-src 'self'; script-src a.example H/-/preview.js; connect-src a.example H/-/events"),
    ],
)  # fmt: skip
def test_policies_of_every_kind(policy, wanted):
    assert loosened(policy, "H") == (policy if wanted is None else wanted)


@pytest.mark.parametrize("bare", [b"<head><title>x</title></head>", b'<head class="x"><title>', b"<p>no head</p>"])
def test_a_page_without_a_policy_gets_the_script_too(bare):
    assert with_script(bare, "H", "s", 3).count(b"/-/preview.js") == 1


def test_a_page_that_is_not_there_waits_for_itself(server):
    status, headers, body = ask(server, "/hands/cy/index.html")
    assert status == 404 and headers["content-type"].startswith("text/html") and b"/-/preview.js" in body and b"There is no such page" in body


def test_a_page_that_is_not_there_repeats_no_markup(server):
    assert b"<script>alert" not in ask(server, "/%3Cscript%3Ealert(1)%3C/script%3E.html")[2]


def test_before_the_first_build_there_is_a_page_that_says_so(store):
    with served(store, State()) as server:
        status, _, body = ask(server, "/")
    assert status == 404 and b"No page has been made yet" in body


# -- news


def test_an_open_page_hears_at_once_and_then_of_each_change(server, store, out):
    with socket.create_connection(("127.0.0.1", server.server_port)) as line:
        line.sendall(f"GET /-/events?path=/hands/pl/&build=1&session={server.session} HTTP/1.1\r\nHost: 127.0.0.1:{server.server_port}\r\n\r\n".encode())
        file = line.makefile("rb")
        rows = (json.loads(row[6:]) for row in iter(file.readline, b"") if row.startswith(b"data: "))
        told = next(rows)
        assert told["changed"] == [] and told["build"] == 1 and not told["old"]
        new = {**WEB, "hands/pl/index.html": page("new words")}
        publish(out, manifest([edition("hands", "pl", {"web": new})], SHARED), new)
        from leafletkit.preview_state import after_build, next_view

        state = server.board.state
        server.board.put(after_build(state, next_view(state.view, store.take(out), "12:00:01"), ()))
        told = next(rows)
        assert told["changed"] == ["hands/pl/index.html"] and told["build"] == 2
        server.board.close()
        assert list(rows) == [], "the line ends with the preview"


@pytest.mark.parametrize("query", ["", "path=/hands/pl/&build=1&session=other", "path=/&build=x&session={}", "path=/&build=99&session={}"])
def test_a_page_of_another_time_is_told_to_reload(server, query):
    with socket.create_connection(("127.0.0.1", server.server_port)) as line:
        line.sendall(f"GET /-/events?{query.format(server.session)} HTTP/1.1\r\nHost: 127.0.0.1:{server.server_port}\r\n\r\n".encode())
        row = next(r for r in line.makefile("rb") if r.startswith(b"data: "))
    assert json.loads(row[6:])["changed"] is None


def test_a_port_that_is_taken_is_named(server, store):
    with pytest.raises(UsageError, match=f"port {server.server_port} can't be used"):
        PreviewServer(Board(), store, server.server_port)


def test_without_a_port_another_is_found(store):
    first = PreviewServer(Board(), store)
    second = PreviewServer(Board(), store)
    try:
        assert first.server_port != second.server_port
    finally:
        first.server_close()
        second.server_close()
