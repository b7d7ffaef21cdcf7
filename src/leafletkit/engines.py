"""The seam between the toolkit and what speaks: a text and a pace in, samples out.

An engine is asked for one sentence at a time, and answers with its sound or a `SpeechError`. To add one:
a process as `speech_server` is, a way to say what its sound depends on, and a proof that does not use it
(`proof.resynthesis`).
"""

from __future__ import annotations

import hashlib
import json
import sys
from functools import lru_cache
from importlib import metadata, util
from pathlib import Path
from types import ModuleType

from . import piper_server, speech, speech_server
from .speech import RATE, Samples, Speaker, SpeechError
from .voices import Voice

_LIMIT = 30.0  # seconds for a short sentence
VOICES = Path("audio") / "voices"  # where a project keeps the voices of Piper


class Engine:
    """A voice that is ready to speak. Use as a context manager; its process starts with the first text."""

    def __init__(self, voice: Voice, root: Path) -> None:
        self.voice = voice
        self.rate, self._name, module, self._hint = _how(voice, root)
        self._command = (sys.executable, "-m", module.__name__)
        self._speaker: Speaker | None = None

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        if self._speaker:
            self._speaker.__exit__(None, None, None)
            self._speaker = None

    def speak(self, spoken: str, *, slow: bool) -> Samples:
        """The samples (int16, mono, `rate` a second) of a text that is written out for the ear. Raises `SpeechError`."""
        if self._speaker is None:
            self._speaker = Speaker(self._command, self._hint)
        # pyttsx3 takes the longer for each letter, the longer a sentence is.
        limit = _LIMIT + len(spoken) / 50
        return self._speaker.speak(spoken, self._name, pace(self.voice, slow=slow), timeout=limit)


def sample_rate(voice: Voice, root: Path) -> int:
    """How many samples a second a voice gives."""
    return _how(voice, root)[0]


def pace(voice: Voice, *, slow: bool) -> int:
    """How fast a voice speaks, in the measure of its engine."""
    return voice.slow if slow else voice.rate


def _how(voice: Voice, root: Path) -> tuple[int, str, ModuleType, str]:
    """The sample rate, the name that the process is given, the module of the process, and what to do if it fails."""
    if voice.engine == "piper":
        model = voice_file(voice, root)
        return _piper_rate(model), str(model), piper_server, f"check {VOICES.as_posix()}/{voice.name}.onnx, then build again"
    return RATE, voice.name, speech_server, "check the voice in audio/voices.toml, then build again"


def voice_file(voice: Voice, root: Path) -> Path:
    """The file of a Piper voice. Raises `SpeechError` if it, its settings or Piper itself is missing."""
    model = root / VOICES / f"{voice.name}.onnx"
    for path in (model, model.with_name(model.name + ".json")):
        if not path.is_file():
            raise SpeechError(f"the voice file {path.relative_to(root).as_posix()} is missing", "put the voice and its .onnx.json there")
    if not util.find_spec("piper"):
        raise SpeechError("Piper is not installed, and a voice asks for it", "install it: pip install leafletkit[piper]")
    return model


def _piper_rate(model: Path) -> int:
    try:
        rate = json.loads(model.with_name(model.name + ".json").read_text("utf-8"))["audio"]["sample_rate"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SpeechError(f"{model.name}.json is not the settings of a Piper voice", "download the voice again") from error
    if rate not in (16_000, 22_050, 24_000, 44_100, 48_000):
        raise SpeechError(f"{model.name} has {rate} samples a second", "use a voice with 16,000 or 22,050")
    return int(rate)


def fingerprint(voice: Voice, root: Path) -> str:
    """Everything that the sound of a text depends on, but for the text and its pace: other sound, another fingerprint."""
    if voice.engine == "piper":
        model = voice_file(voice, root)
        files = [_digest(p, p.stat().st_mtime_ns) for p in (model, model.with_name(model.name + ".json"))]
        return " ".join(["piper", *_versions("piper-tts", "onnxruntime"), _own_code(), *files])
    return " ".join(["espeak", *_versions("espeakng-loader", "pyttsx3"), _own_code(), voice.name])


@lru_cache(maxsize=8)
def _versions(*packages: str) -> list[str]:
    return [f"{name}={metadata.version(name)}" for name in packages]


@lru_cache(maxsize=64)
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def _own_code() -> str:
    """Our own part in the sound: how the engines are driven, and how silence is cut."""
    code = b"".join(Path(str(m.__file__)).read_bytes() for m in (speech, speech_server, piper_server))
    return hashlib.sha256(code).hexdigest()[:16]
