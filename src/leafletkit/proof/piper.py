"""What a sentence should sound like in a Piper voice: the model asked step by step, in a process of its own.

Run as `python -m leafletkit.proof.piper`: reads {"voice", "rate", "texts", "folder"} from standard input
and writes the samples of each text, int16, to the folder as N.raw.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np


def main() -> None:
    """Speak every text in turn: phonemes, their numbers, then the model, with none of Piper's own joining."""
    from piper import PiperVoice, SynthesisConfig

    request = json.loads(sys.stdin.read())
    voice = PiperVoice.load(request["voice"])
    scale = voice.config.length_scale * 100 / request["rate"]
    how = SynthesisConfig(length_scale=scale, noise_scale=0.0, noise_w_scale=0.0, normalize_audio=False)
    for number, text in enumerate(request["texts"]):
        parts = []
        # [[…]] would be phonemes; a part without any is not spoken.
        for phonemes in filter(None, voice.phonemize(text.replace("[", "[ "))):
            sound = voice.phoneme_ids_to_audio(voice.phonemes_to_ids(phonemes), how)
            parts.append(np.asarray(sound[0] if isinstance(sound, tuple) else sound, np.float32).ravel())
        samples = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        np.clip(samples * 32767, -32767, 32767).astype("<i2").tofile(Path(request["folder"]) / f"{number}.raw")


if __name__ == "__main__":
    main()
