"""What sentences should sound like, made anew by other means than the recording was: for comparing."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..child import environment
from ..engines import pace, voice_file
from ..errors import Fault
from ..voices import Voice
from . import espeak, piper

_LIMIT = 600  # seconds for all texts of a recording
_QUIET = 60  # of 32,767: what is lower at the ends is silence


@dataclass(frozen=True)
class Resynthesis:
    """What sentences should sound like in a computer voice: texts and pace in, samples of each out.

    `root` is the project, where the files of Piper's voices are.
    """

    voice: Voice
    root: Path

    def __call__(self, texts: Sequence[str], slow: bool) -> Mapping[str, NDArray[np.int16]]:
        spoken = {text: self.voice.spoken(text) for text in texts}
        sounds = speak_all(self.voice, self.root, tuple(dict.fromkeys(spoken.values())), slow=slow)
        return {text: sounds[said] for text, said in spoken.items()}


def speak_all(voice: Voice, root: Path, texts: Sequence[str], *, slow: bool) -> Mapping[str, NDArray[np.int16]]:
    """The samples (int16, at the voice's rate) of each text that is written out for the ear, silence cut off.

    Raises `Fault` if the engine fails.
    """
    if not texts:
        return {}
    module, name = (piper, str(voice_file(voice, root))) if voice.engine == "piper" else (espeak, voice.name)
    with tempfile.TemporaryDirectory(prefix="leafletkit-proof-") as folder:
        request = json.dumps({"voice": name, "rate": pace(voice, slow=slow), "texts": list(texts), "folder": folder})
        try:
            done = subprocess.run(
                [sys.executable, "-m", module.__name__], input=request, text=True, capture_output=True, timeout=_LIMIT, env=environment()
            )
        except subprocess.TimeoutExpired as error:
            raise Fault(f"the recording can't be proved: {voice.engine} does not come to an end", "build again") from error
        if done.returncode:
            raise Fault(f"the recording can't be proved: {voice.engine} ended with {done.returncode} {done.stderr[-200:]}", "run “make setup”, then build again")
        return {text: trimmed(np.fromfile(Path(folder) / f"{number}.raw", dtype="<i2")) for number, text in enumerate(texts)}


def trimmed(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """Samples without the silence at both ends."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _QUIET)
    return samples[loud[0] : loud[-1] + 1] if loud.size else samples[:0]
