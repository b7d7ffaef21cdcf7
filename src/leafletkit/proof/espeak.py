"""What a sentence should sound like in a voice of espeak-ng: the library called directly, without pyttsx3 and its driver.

Run as `python -m leafletkit.proof.espeak`: reads {"voice", "rate", "texts", "folder"} from standard
input and writes the samples of each text, int16, to the folder as N.raw.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path

_SYNCHRONOUS, _UTF8, _ENDPAUSE = 2, 1, 0x1000
_RATE_PARAMETER, _VOLUME_PARAMETER = 1, 2


def main() -> None:
    """Speak every text in turn, each in a process of its own (the engine keeps state between texts)."""
    import espeakng_loader

    request = json.loads(sys.stdin.read())
    folder = Path(request["folder"])
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = str(Path(espeakng_loader.get_data_path()).parent).encode()
    for number, text in enumerate(request["texts"]):
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                code = _one(library, data, text, request["voice"], request["rate"], folder / f"{number}.raw")
            finally:
                os._exit(code)
        _, status = os.waitpid(pid, 0)
        if status:
            sys.exit(os.waitstatus_to_exitcode(status) or 1)


def _one(library: ctypes.CDLL, data: bytes, text: str, voice: str, rate: int, path: Path) -> int:
    if library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0) < 0 or library.espeak_SetVoiceByName(voice.encode()):
        return 3
    library.espeak_SetParameter(_RATE_PARAMETER, rate, 0)
    library.espeak_SetParameter(_VOLUME_PARAMETER, 90, 0)
    parts: list[bytes] = []

    def collect(samples: int | None, count: int, _events: int | None) -> int:
        if samples and count:
            parts.append(ctypes.string_at(samples, count * 2))
        return 0

    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(collect)
    library.espeak_SetSynthCallback(callback)
    raw = text.encode()
    if library.espeak_Synth(raw, len(raw) + 1, 0, 0, 0, _UTF8 | _ENDPAUSE, None, None) or library.espeak_Synchronize():
        return 4
    path.write_bytes(b"".join(parts))
    return 0


if __name__ == "__main__":
    main()
