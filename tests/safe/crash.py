"""A build that is killed at its Nth call of the system that changes something beside the project: python -m tests.safe.crash N ARGUMENTS."""

from __future__ import annotations

import os
import signal
import sys

from leafletkit import cli

# os.link, os.rename, …: each is one step of publishing, or of keeping something. (renameat2 is called through ctypes.)
EVENTS = {"os.link", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree", "ctypes.dlsym", "open"}


def main() -> int:
    left = int(sys.argv[1])
    place = sys.argv[2]

    def hook(event: str, given: tuple[object, ...]) -> None:
        nonlocal left
        if event not in EVENTS or not ((event == "ctypes.dlsym" and given[1] in ("renameat2", "syncfs")) or any(isinstance(a, str | os.PathLike) and place in str(a) for a in given)):
            return
        if event == "open" and not (isinstance(given[1], str) and set("wxa+") & set(given[1])):
            return
        left -= 1
        if left == 0:
            os.killpg(0, signal.SIGKILL)

    sys.addaudithook(hook)
    code = cli.main(sys.argv[3:])
    print("calls", int(sys.argv[1]) - left)
    return code


if __name__ == "__main__":
    sys.exit(main())
