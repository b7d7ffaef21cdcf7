"""Serves a preview to the browsers of this machine, and to nobody else.

It listens on 127.0.0.1 only, answers only to a browser that asks for it by a name of this machine (else a
page of the web could read it through a name of its own that leads here), and knows no paths but those of
the files that were proved.
"""

from __future__ import annotations

import json
import re
import secrets
import socketserver
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import parse_qs, unquote, urlsplit

from .errors import UsageError
from .preview_page import NEWS, SCRIPT, STYLE, no_page, with_script
from .preview_state import State, news
from .preview_store import Board, Store

HOST = "127.0.0.1"
PORT = 8321  # the same each time if it is free, so that a page that is still open comes back to life
HEARTBEAT = 15.0  # seconds; so a browser that has gone is noticed
WORKER = "sw.js"  # keeps copies for times without a network: here they would be old pages
_CHUNK = 1 << 16
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
# Not from the machine's own list, which is another one on each machine.
TYPES = {
    ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".json": "application/json", ".xml": "application/xml", ".txt": "text/plain; charset=utf-8", ".vtt": "text/vtt; charset=utf-8",
    ".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".jpg": "image/jpeg", ".woff2": "font/woff2",
    ".pdf": "application/pdf", ".mp3": "audio/mpeg", ".opus": "audio/ogg", ".ogg": "audio/ogg", ".webmanifest": "application/manifest+json",
    NEWS: "text/event-stream",
}  # fmt: skip


def part(asked: str, size: int) -> tuple[int, int] | None:
    """The first and last byte that a Range header asks for; None if it names several parts, or none that can be read.

    Raises ValueError if the part lies outside of the file.
    """
    found = _RANGE.match(asked.strip())
    if not found or found[1] == found[2] == "":
        return None
    if not found[1]:
        first, last = max(0, size - int(found[2])), size - 1
    else:
        first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
        if found[2] and int(found[2]) < first:
            return None
    if first >= size or last < first:
        raise ValueError(asked)
    return first, last


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer
    protocol_version = "HTTP/1.1"
    server_version = "leafletkit"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        with suppress(ConnectionError, TimeoutError):  # the browser has gone: it was closed, or it has reloaded
            self._answer()

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """The screen is for what the build says."""

    # -- what is asked

    def _answer(self) -> None:
        if self.headers.get("Host", "") not in self.server.names:
            return self._send(HTTPStatus.MISDIRECTED_REQUEST, b"This preview answers to http://127.0.0.1 only.\n", ".txt")
        address = urlsplit(self.path)
        path = unquote(address.path)
        if path == NEWS:
            return self._news({name: rows[0] for name, rows in parse_qs(address.query).items()})
        if path in (SCRIPT, STYLE):
            return self._send(HTTPStatus.OK, self.server.own[path], PurePosixPath(path).suffix)
        name = path.removeprefix("/")
        if not name or name.endswith("/"):
            name += "index.html"
        state = self.server.board.state
        files = state.view.files
        sha256 = files.get(name) if name != WORKER else None
        if sha256 is None and f"{name}/index.html" in files:
            return self._send(HTTPStatus.FOUND, b"", ".txt", {"Location": f"/{address.path.strip('/')}/"})
        if sha256 is None:
            return self._nothing(name, state)
        try:
            with self.server.store.path(sha256).open("rb") as file:
                self._file(file, name, state)
        except FileNotFoundError:  # dropped just now; the page is told to reload
            self._nothing(name, state)
        return None

    def _nothing(self, name: str, state: State) -> None:
        if PurePosixPath(name).suffix != ".html":
            return self._send(HTTPStatus.NOT_FOUND, b"There is no such file in this preview.\n", ".txt")
        page = no_page(name, any_pages=bool(state.view.units))
        return self._send(HTTPStatus.NOT_FOUND, self._with_script(page, state), ".html")

    def _with_script(self, page: bytes, state: State) -> bytes:
        return with_script(page, f"http://{self.headers['Host']}", self.server.session, state.build)

    # -- what is answered

    def _file(self, file: BinaryIO, name: str, state: State) -> None:
        kind = PurePosixPath(name).suffix
        if kind == ".html":
            return self._send(HTTPStatus.OK, self._with_script(file.read(), state), kind)
        size = file.seek(0, 2)
        try:
            wanted = part(self.headers.get("Range", ""), size) if "If-Range" not in self.headers else None
        except ValueError:
            return self._send(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, b"", kind, {"Content-Range": f"bytes */{size}"})
        first, last = wanted or (0, size - 1)
        self._head(HTTPStatus.PARTIAL_CONTENT if wanted else HTTPStatus.OK, kind, last - first + 1, {
            "Accept-Ranges": "bytes", **({"Content-Range": f"bytes {first}-{last}/{size}"} if wanted else {}),
        })  # fmt: skip
        if self.command == "HEAD":
            return None
        file.seek(first)
        left = last - first + 1
        while left > 0 and (data := file.read(min(_CHUNK, left))):
            self.wfile.write(data)
            left -= len(data)
        return None

    def _send(self, status: HTTPStatus, body: bytes, kind: str, more: dict[str, str] | None = None) -> None:
        self._head(status, kind, len(body), more or {})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status: HTTPStatus, kind: str, length: int | None, more: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", TYPES.get(kind, "application/octet-stream"))
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Referrer-Policy", "no-referrer")
        for name, value in more.items():
            self.send_header(name, value)
        self.end_headers()

    def _news(self, asked: dict[str, str]) -> None:
        """Tells an open page of each change until it goes (Server-Sent Events)."""
        self.close_connection = True
        self._head(HTTPStatus.OK, NEWS, None, {"Connection": "close"})
        if self.command == "HEAD":
            return
        path = asked.get("path", "/").removeprefix("/")
        path += "index.html" if not path or path.endswith("/") else ""
        build = int(asked["build"]) if asked.get("session") == self.server.session and asked.get("build", "").isdigit() else None
        state, told = self.server.board.state, -1
        self.wfile.write(b"retry: 500\n\n")
        while not self.server.board.closed:
            if state.serial == told:
                self.wfile.write(b": still here\n\n")
            else:
                self.wfile.write(f"data: {json.dumps(news(state, path, build))}\n\n".encode())
                told = state.serial
                build = state.build if build is not None else None
            self.wfile.flush()
            state = self.server.board.wait(told, HEARTBEAT)


class PreviewServer(ThreadingHTTPServer):
    """One preview on a port of this machine; `port` None takes the usual one, or any that is free."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, board: Board, store: Store, port: int | None = None) -> None:
        self.board, self.store = board, store
        self.session = secrets.token_hex(8)
        own = resources.files(__package__)
        self.own = {SCRIPT: (own / "scripts/preview.js").read_bytes(), STYLE: (own / "preview.css").read_bytes()}
        try:
            super().__init__((HOST, PORT if port is None else port), _Handler)
        except (OSError, OverflowError) as error:  # a number that no port has overflows
            if port is not None:
                raise UsageError(f"port {port} can't be used: {getattr(error, 'strerror', None) or error}; name another with --port, or leave it out") from error
            super().__init__((HOST, 0), _Handler)
        self.names = {f"{name}:{self.server_port}" for name in (HOST, "localhost")}

    def server_bind(self) -> None:
        """As the library's, but without asking a name server for the name of this machine, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[0], self.server_address[1]  # type: ignore[assignment]

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_port}/"

    def end(self) -> None:
        """Let go of all open pages, and of the port."""
        self.board.close()
        self.shutdown()
        self.server_close()
