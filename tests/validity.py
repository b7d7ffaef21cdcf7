"""The Nu HTML Checker: one Java process reads any number of pages, over HTTP as a browser would."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .pages_support import served

JAR = Path(sys.prefix) / "vnu" / "vnu.jar"
# By default the checker talks to no machine of the local network: it is made for servers.
LOCAL = ("-Dnu.validator.servlet.allow-forbidden-hosts=true", "-Dnu.validator.servlet.allowed-address-type=all")

# A block of data is no script: no policy applies to it (HTML, “prepare the script element”, returns before it
# asks the policy). The checker does not look at its type.
DATA = re.compile(r'<script type="application/(ld\+)?json"[^>]*>')
NOT_OF_DATA = "Inline script violates Content Security Policy"


class Fault(NamedTuple):
    """One error or warning: the page's path, the row, what the checker says, and the words around it."""

    path: str
    row: int
    message: str
    extract: str


def command(java: str | None, jar: Path) -> list[str]:
    """How the checker is started. Without it nothing is known of the pages, so there is no way round."""
    assert java, "There is no Java to check HTML with. Run:  sudo apt-get install --no-install-recommends openjdk-17-jre-headless"
    assert jar.is_file(), "The HTML checker is not installed. Run:  make setup-test"
    return [java, *LOCAL, "-jar", str(jar), "--stdout", "--format", "json", "--exit-zero-always"]


def data_block(message: Mapping[str, Any]) -> bool:
    """Whether this is the checker's one mistake."""
    extract, start, length = message.get("extract", ""), message.get("hiliteStart", 0), message.get("hiliteLength", 0)
    marked = extract[start : start + length]
    return message["message"].startswith(NOT_OF_DATA) and DATA.fullmatch(marked) is not None


def faults(folder: Path, paths: list[str], java: str | None = shutil.which("java"), jar: Path = JAR) -> list[Fault]:
    """Every error and warning in these pages of a folder, and every page that could not be read."""
    start = command(java, jar)
    with served(folder) as address:
        done = subprocess.run([*start, *(f"{address}/{path}" for path in paths)], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith("{"), f"The HTML checker did not run: {done.stderr[-2000:]}"
    messages = json.loads(done.stdout)["messages"]
    return [
        Fault(str(m.get("url", "")).removeprefix(f"{address}/"), int(m.get("lastLine", 0)), m["message"], m.get("extract", ""))
        for m in messages
        if not data_block(m)
    ]
