"""Whether there is anything to build at all. Loads nothing heavy: the answer “no” takes a fraction of a second."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .cache import Cache
from .digests import Digests, of_rows, of_text
from .state import Inputs, State, read_inputs, read_outputs, read_state
from .toolprint import digest, eyes, fingerprint

_JAVA = Path("/usr/lib/jvm")


@dataclass(frozen=True)
class Look:
    """What is known before a build: what the last one left, and what there is now.

    `name` is what the state of this folder is kept under; `how`: the options of the build and the tools of this machine.
    """

    cache: Cache
    name: str
    how: str
    tools: str
    state: State
    digests: Digests
    inputs: Inputs

    def everything(self, system: Mapping[str, str]) -> str:
        """The hash of all that a build depends on. `system`: the fonts from outside the project that it uses, with their hashes."""
        return of_text("\0".join((self.how, self.inputs.whole(), of_rows(system))))


def look(root: Path, out: Path, options: str, cache: Path) -> Look:
    """Look at the project, at the folder that was built, and at what the cache says of them."""
    kept = Cache(cache)
    name = f"{root.resolve()}\0{out.absolute()}\0{options}"
    state = read_state(kept, name)
    digests = Digests(dict(state.inputs))
    tools = digest(fingerprint())
    # A release is read by eye, too.
    how = "\0".join((options, tools, eyes() if "release" in options.split() else "", *_machine()))
    return Look(kept, name, how, tools, state, digests, read_inputs(root, digests))


def is_unchanged(look: Look, out: Path, today: date) -> bool:
    """Whether a build would give just what stands in the folder."""
    state = look.state
    if not state.outputs or not state.everything:
        return False
    now = look.everything({path: look.digests.file(path) for path in state.fonts})
    return state.everything == now and state.since <= today < state.until and read_outputs(out) == {path: token for path, (token, _) in state.outputs.items()}


def _machine() -> list[str]:
    """What this machine has besides the tools: fonts of one's own, Java for the validator."""
    own = os.environ.get("LEAFLETKIT_FONTS", "")
    listed = sorted(p.name for p in Path(own).iterdir()) if own and Path(own).is_dir() else []
    java = sorted(p.name for p in _JAVA.iterdir()) if _JAVA.is_dir() else []
    return [own, *listed, os.environ.get("JAVA_HOME", ""), *java, os.environ.get("PATH", "")]
