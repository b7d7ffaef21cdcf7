"""What the tests of the preview share: finished folders made by hand, and a server in this process."""

from __future__ import annotations

import hashlib
import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leafletkit.preview_server import PreviewServer
from leafletkit.preview_state import State, after_build, next_view
from leafletkit.preview_store import Board, Store

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'"
PAGE = f'<!doctype html>\n<html lang="pl">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n<script src="own.js"></script>\n</head>\n<body>{{}}</body></html>\n'
FINDING = {
    "code": "string-empty", "severity": "blocks", "why": "", "message": "“stay” has no translation", "hint": "translate it", "leaflet": "hands",
    "language": "pl", "format": "", "warning": "stay", "path": "locales/pl/LC_MESSAGES/hands.po", "line": 7,
}  # fmt: skip


def page(words: str) -> bytes:
    return PAGE.format(words).encode()


def row(path: str, data: bytes) -> dict[str, object]:
    return {"path": path, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def edition(leaflet: str, tag: str, files: dict[str, dict[str, bytes]] | None, reasons: tuple[dict, ...] = (FINDING,)) -> dict:
    """An edition of a manifest with the files of each format; None: it is withheld."""
    if files is None:
        formats = {"web": {"state": "withheld", "reasons": list(reasons)}}
    else:
        formats = {fmt: {"state": "made", "files": [row(p, d) for p, d in rows.items()]} for fmt, rows in files.items()}
    return {"leaflet": leaflet, "language": tag, "formats": formats}


def manifest(editions: list[dict], shared: dict[str, bytes]) -> dict:
    return {"manifest": 1, "editions": editions, "assets": [row(p, d) for p, d in shared.items()]}


def publish(out: Path, found: dict, *files: dict[str, bytes]) -> dict:
    """Write a finished folder, and return its manifest."""
    for path, data in {k: v for rows in files for k, v in rows.items()}.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(data)
    out.mkdir(parents=True, exist_ok=True)
    (out / "manifest.json").write_text(json.dumps(found))
    return found


@contextmanager
def served(store: Store, state: State) -> Iterator[PreviewServer]:
    board = Board()
    board.put(state)
    server = PreviewServer(board, store, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.end()
        thread.join()


def ask(server: PreviewServer, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request as it is written, without what a library would tidy up in the path."""
    line = http.client.HTTPConnection("127.0.0.1", server.server_port)
    line.putrequest(method, path, skip_host=True)
    line.putheader("Host", headers.pop("Host", f"127.0.0.1:{server.server_port}"))
    for name, value in headers.items():
        line.putheader(name.replace("_", "-"), value)
    line.endheaders()
    answer = line.getresponse()
    found = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    line.close()
    return found


def first_state(store: Store, out: Path) -> State:
    return after_build(State(), next_view(State().view, store.take(out), "12:00:00"), ())
