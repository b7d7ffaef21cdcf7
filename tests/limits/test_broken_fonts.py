"""A font file that can't be read is a fault that names it, not a traceback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from leafletkit import fonts

FILE = "NotoSans-Regular.ttf"


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    yield
    fonts.use(Path("/nowhere"))


@pytest.mark.parametrize("broken", [lambda d: b"", lambda d: b"junk" * 1000, lambda d: d[: len(d) // 2], lambda d: d[:300] + bytes(len(d) - 300)])
@pytest.mark.parametrize("ask", [lambda: fonts.describe(FILE), lambda: fonts.coverage(FILE), lambda: fonts.cut(FILE, 0, frozenset(map(ord, "abc")), "woff2")])
def test_a_broken_font_is_a_fault_that_names_it(tmp_path: Path, caplog: pytest.LogCaptureFixture, broken: Callable[[bytes], bytes], ask: Callable[[], object]) -> None:
    real = fonts.locate(FILE).read_bytes()
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / FILE).write_bytes(broken(real))
    fonts.use(tmp_path)
    try:
        ask()  # half a font may still hold what is asked for
    except fonts.FontBroken as fault:
        assert FILE in fault.what and str(tmp_path) in fault.hint
    else:
        assert len(broken(real)) > 1_000 and broken(real)[:300] == real[:300]
    caplog.clear()  # fontTools says what it stumbles over
