"""Speak one sentence with pyttsx3 and espeak-ng, and be sure of it.

pyttsx3 loses files, rates and words without an error unless it is driven like this (every guard
answers a measured fault): a fresh process for each sentence, forked from one that imports the
engine but never starts it; the engine is primed once; each property is waited for; the voice and
rate that were really set are compared with what was asked; one file a process; exactly one
"finished" event; a time limit; and the samples are looked at.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import tempfile
import unicodedata
import wave
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from .child import environment
from .errors import Fault
from .speech_server import EXITS

RATE = 22_050  # samples a second
Samples = NDArray[np.int16]


class SpeechError(Fault):
    """The engine did not speak a text. `what` names the voice and the text."""


class Speaker:
    """A running speech server. Use as a context manager; not for several threads at once."""

    def __init__(
        self,
        command: Sequence[str] = (sys.executable, "-m", "leafletkit.speech_server"),
        hint: str = "check the voice in audio/voices.toml, then build again",
    ) -> None:
        self._hint = hint
        self._folder = tempfile.TemporaryDirectory(prefix="leafletkit-speech-")
        self._server = subprocess.Popen(
            list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(), process_group=0,  # Ctrl+C in a terminal is for us: we end it
        )  # fmt: skip

    def __enter__(self) -> Speaker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.kill()
        self._server.communicate()
        self._folder.cleanup()

    def speak(self, text: str, voice: str, rate: int, *, timeout: float = 30.0) -> Samples:
        """The samples (int16, mono, at the rate of the engine) of one sentence, without the silence around it.

        Raises `SpeechError` if the engine hangs, crashes, lacks the voice, or gives silence.
        """
        text = clean(text)
        name = f"“{text if len(text) <= 50 else text[:50] + '…'}” ({Path(voice).name if voice.endswith('.onnx') else voice})"
        if not any(c.isalnum() for c in text):
            raise SpeechError(f"there are no words to speak in {name}", "write the words, or take the block out")
        path = Path(self._folder.name) / "speech.wav"
        path.unlink(missing_ok=True)
        code = self._ask({"text": text, "path": str(path), "voice": voice, "rate": rate, "timeout": timeout}, timeout + 10, name)
        if code:
            reason = EXITS.get(code, f"it crashed (exit {code})")
            raise SpeechError(f"the speech engine failed on {name}: {reason}", self._hint)
        try:
            with wave.open(str(path)) as file:
                frames, sample_rate = file.readframes(file.getnframes()), file.getframerate()
            samples = np.frombuffer(frames, "<i2").astype(np.int16)
        except (OSError, EOFError, wave.Error) as error:
            raise SpeechError(f"the speech engine wrote no sound for {name}", "check that there is room on the disk") from error
        return trimmed(samples, name, sample_rate)

    def _ask(self, request: dict[str, object], timeout: float, name: str) -> int:
        assert self._server.stdin and self._server.stdout
        try:
            self._server.stdin.write(json.dumps(request) + "\n")
            self._server.stdin.flush()
            ready, _, _ = select.select([self._server.stdout], [], [], timeout)
            answer = self._server.stdout.readline() if ready else ""
        except OSError:
            answer = ""
        if not answer:
            raise SpeechError(f"the speech engine can't be started, or was stopped, at {name}", f"run “make setup”, or {self._hint}")
        return int(json.loads(answer)["exit"])


def trimmed(samples: Samples, name: str, rate: int = RATE) -> Samples:
    """Cut the silence around speech, leaving 30 ms; raises `SpeechError` if there is only silence."""
    if samples.size < rate * 0.1 or float(np.sqrt(np.mean(samples.astype(np.float64) ** 2))) < 100:
        raise SpeechError(f"there is only silence for {name}", "check the voice in audio/voices.toml, or the recording")
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > 60)
    pad = int(0.03 * rate)
    return samples[max(0, loud[0] - pad) : loud[-1] + 1 + pad]


def clean(text: str) -> str:
    """One line without control characters (a NUL would silently end the text)."""
    return " ".join("".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs") or c in "\n\t").split())
