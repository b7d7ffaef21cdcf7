"""The process behind a Piper voice. It understands the same requests as `speech_server`; "voice" is a file, "rate" a percentage.

The voice is loaded once. It adds no noise of its own, so that the same words give the same samples; a text
that takes too long is ended from outside, with the process.
Run as `python -m leafletkit.piper_server`.
"""

from __future__ import annotations

import json
import signal
import sys
import wave
from functools import lru_cache
from typing import Any

from .speech_server import FAILED, NOT_FINISHED


@lru_cache(maxsize=1)
def load(path: str) -> Any:
    """A voice from its file. Raises what Piper raises."""
    from piper import PiperVoice

    return PiperVoice.load(path)


def settings(rate: int) -> Any:
    """How to speak at a percentage of the voice's own speed."""
    from piper import SynthesisConfig

    return SynthesisConfig(length_scale=100 / rate, noise_scale=0.0, noise_w_scale=0.0, normalize_audio=False)


def _speak(text: str, path: str, voice: str, rate: int) -> int:
    chunks = list(load(voice).synthesize(text, settings(rate)))
    if not chunks:
        return NOT_FINISHED
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(chunks[0].sample_rate)
        file.writeframes(b"".join(chunk.audio_int16_bytes for chunk in chunks))
    return 0


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to end
    out, sys.stdout = sys.stdout, sys.stderr  # nothing that a library prints is taken for an answer
    for line in sys.stdin:
        request = json.loads(line)
        try:
            code = _speak(request["text"], request["path"], request["voice"], int(request["rate"]))
        except Exception as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            code = FAILED
        out.write(json.dumps({"exit": code}) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
