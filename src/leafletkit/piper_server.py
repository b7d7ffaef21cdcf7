"""The process behind a Piper voice. It understands the same requests as `speech_server`; "voice" is a file, "rate" a percentage.

The voice is loaded once. It adds no noise of its own, so that the same words give the same samples; a text
that takes too long is ended from outside, with the process. Piper passes over a sound that the voice does not
know, and takes [[…]] for phonemes: here the one is a failure, and the other text like any.
Run as `python -m leafletkit.piper_server`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import unicodedata
import wave
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from .speech_server import FAILED, NOT_FINISHED


@lru_cache(maxsize=1)
def load(path: str) -> Any:
    """A voice from its file. Raises what Piper raises."""
    from piper import PiperVoice

    return PiperVoice.load(path)


def settings(voice: Any, rate: int) -> Any:
    """How to speak at a percentage of the voice's own speed."""
    from piper import SynthesisConfig

    scale = voice.config.length_scale * 100 / rate
    return SynthesisConfig(length_scale=scale, noise_scale=0.0, noise_w_scale=0.0, normalize_audio=False)


def unknown(voice: Any, phonemes: Iterable[str]) -> Iterator[str]:
    """The sounds that a voice would leave out. It may leave out marks: stress, length, punctuation."""
    from piper.config import PhonemeType

    if voice.config.phoneme_type in (PhonemeType.ESPEAK, PhonemeType.TEXT):
        yield from (p for p in phonemes if p not in voice.config.phoneme_id_map and unicodedata.category(p[0]) in ("Ll", "Lo", "Lt", "Lu", "Nd"))


def _speak(text: str, path: str, name: str, rate: int) -> int:
    voice = load(name)
    chunks = list(voice.synthesize(text.replace("[", "[ "), settings(voice, rate)))
    if lost := sorted({p for chunk in chunks for p in unknown(voice, chunk.phonemes)}):
        raise ValueError(f"the voice has no sound for {' '.join(lost)}")
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
    # Nothing that a library prints, in Python or in C, is taken for an answer.
    out, sys.stdout = os.fdopen(os.dup(1), "w", encoding="utf-8"), sys.stderr
    os.dup2(2, 1)
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
