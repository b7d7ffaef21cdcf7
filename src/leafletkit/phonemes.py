"""Ask espeak-ng how it would speak a text, without making sound. The engine runs in a process of its own.

Run as `python -m leafletkit.phonemes`: reads one JSON object a line, {"voice", "texts"}, and answers
each with {"languages", "phonemes"}; `languages` is empty where the engine has no such voice.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

from .child import environment
from .errors import Fault

_IPA, _UTF8, _SYNCHRONOUS = 0x02, 1, 2
_REMEMBERED = 100_000  # texts whose answer is kept; then it starts again from nothing


class Phonemes:
    """`phonemes(voice, texts)`: the languages of a voice, and the IPA of each text.

    "(en)" in the IPA marks a part that the engine reads as another language. The process starts
    with the first question. Raises `Fault` if the engine can't be asked.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._languages: dict[str, tuple[str, ...]] = {}
        self._known: dict[tuple[str, str], str] = {}

    def __enter__(self) -> Phonemes:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process:
            self._process.communicate()

    def __call__(self, voice: str, texts: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The languages of a voice, and how it says each text. Words come again and again: each is asked for once."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        new = list(dict.fromkeys(text for text in texts if (voice, text) not in self._known))
        if new or voice not in self._languages:
            self._languages[voice], answers = self._ask(voice, new)
            # A voice that is not known answers nothing.
            self._known.update(zip(((voice, text) for text in new), answers, strict=False))
        return self._languages[voice], tuple(self._known[voice, text] for text in texts if (voice, text) in self._known)

    def _ask(self, voice: str, texts: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Ask for new texts. The engine dies of a few: these are found by halves, and count as not spoken."""
        try:
            return self._answer(voice, texts)
        except (OSError, ValueError):
            self._stop()
        try:
            languages, _ = self._answer(voice, ())
        except (OSError, ValueError) as error:
            raise Fault(f"the speech engine can't be asked how it speaks “{voice}”", "run “make setup”, then try again") from error
        if len(texts) < 2:
            return languages, ("",) * len(texts)
        half = len(texts) // 2
        return languages, self._ask(voice, texts[:half])[1] + self._ask(voice, texts[half:])[1]

    def _answer(self, voice: str, texts: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "leafletkit.phonemes"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                encoding="utf-8", env=environment(), process_group=0,  # Ctrl+C in a terminal is for us: we end it
            )  # fmt: skip
        to, back = self._process.stdin, self._process.stdout
        if to is None or back is None:
            raise Fault("the speech engine can't be asked", "report this as a fault of the toolkit")
        to.write(json.dumps({"voice": voice, "texts": list(texts)}) + "\n")
        to.flush()
        answer = json.loads(back.readline())
        return tuple(answer["languages"]), tuple(answer["phonemes"])

    def _stop(self) -> None:
        """End a process that has died or does not answer as it should."""
        if self._process:
            self._process.kill()
            with suppress(OSError):
                self._process.communicate()
        self._process = None


class _Voice(ctypes.Structure):
    """espeak_VOICE of speak_lib.h, as far as it is needed."""

    _fields_ = (("name", ctypes.c_char_p), ("languages", ctypes.POINTER(ctypes.c_char)), ("identifier", ctypes.c_char_p))


def serve(lines: IO[str], out: IO[str]) -> None:
    """Answer questions until the input ends."""
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_GetCurrentVoice.restype = ctypes.POINTER(_Voice)
    if library.espeak_Initialize(_SYNCHRONOUS, 0, str(Path(espeakng_loader.get_data_path()).parent).encode(), 0) < 0:
        sys.exit(3)
    for line in lines:
        question = json.loads(line)
        answer: dict[str, list[str]] = {"languages": [], "phonemes": []}
        if not library.espeak_SetVoiceByName(question["voice"].encode()):
            answer["languages"] = _languages(library.espeak_GetCurrentVoice().contents)
            answer["phonemes"] = [_phonemes(library, text) for text in question["texts"]]
        out.write(json.dumps(answer) + "\n")
        out.flush()


def _languages(voice: _Voice) -> list[str]:
    """The codes in a voice's list: a priority byte before each, an empty one at the end."""
    found, position = [], 0
    while voice.languages[position] != b"\0":
        end = position + 1
        while voice.languages[end] != b"\0":
            end += 1
        found.append(voice.languages[position + 1 : end].decode())
        position = end + 1
    return found


def _phonemes(library: ctypes.CDLL, text: str) -> str:
    rest = ctypes.c_char_p(text.encode())
    pointer = ctypes.pointer(rest)
    parts = []
    while pointer.contents.value is not None:
        part = library.espeak_TextToPhonemes(ctypes.cast(pointer, ctypes.POINTER(ctypes.c_void_p)), _UTF8, _IPA)
        parts.append((part or b"").decode("utf-8", "replace"))
    return " ".join(parts)


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
