"""What a process of Python needs that is started from here."""

from __future__ import annotations

import os
from pathlib import Path


def environment() -> dict[str, str]:
    """Our own environment, in which this package can be imported too, installed or not."""
    source = str(Path(__file__).resolve().parent.parent)
    paths = [source, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
