"""The process behind `speech`: it imports pyttsx3, never starts it, and forks a child per sentence.

Reads one JSON object a line: {"text", "path", "voice", "rate", "timeout"}; answers each with one
line: {"exit": N}, where N is 0, one of `EXITS`, or minus the signal that ended the child.
Run as `python -m leafletkit.speech_server`; it ends when its standard input does.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
import types
from pathlib import Path

VOICE_NOT_SET, NOT_FINISHED, FAILED, HUNG = 3, 4, 5, 6
EXITS = {
    VOICE_NOT_SET: "the voice or the rate was not set (espeak-ng would have gone on in English)",
    NOT_FINISHED: "the engine did not report that it finished",
    FAILED: "the engine failed",
    HUNG: "the engine hung (it also does when the disk is full)",
}
_PR_SET_PDEATHSIG = 1
_LOUDNESS = 0.9
_POLL = 0.0005  # seconds; pyttsx3's own 10 ms would be most of the time spent


def load_library() -> None:
    """Load the espeak-ng of the wheel before pyttsx3 looks for one on the system."""
    import espeakng_loader

    os.environ["ESPEAK_DATA_PATH"] = str(Path(espeakng_loader.get_data_path()).parent)
    ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)


def _child(text: str, path: str, voice: str, rate: int) -> int:
    """Speak one text into one file, in a process that is thrown away afterwards."""
    import pyttsx3
    from pyttsx3.drivers import _espeak, espeak

    # pyttsx3 says that the text is ten times as long as it is, and the engine reads all of that.
    def synth(data: bytes, flags: int) -> int:
        return int(_espeak.cSynth(data, len(data) + 1, 0, _espeak.POS_CHARACTER, 0, flags, None, None))

    _espeak.Synth = synth
    sleep = time.sleep
    espeak.time = types.SimpleNamespace(sleep=lambda _seconds: sleep(_POLL))
    errors: list[object] = []
    finished: list[bool] = []
    engine = pyttsx3.init("espeak")
    _espeak.Synchronize()
    # The first run of a new engine returns early; let it be this empty one.
    engine.runAndWait()
    _espeak.Synchronize()
    engine.connect("error", lambda name, exception: errors.append(exception))  # noqa: ARG005
    engine.connect("finished-utterance", lambda name, completed: finished.append(completed))  # noqa: ARG005
    for name, value in (("voice", voice), ("rate", rate), ("volume", _LOUDNESS)):
        engine.setProperty(name, value)
        _espeak.Synchronize()
    if errors or engine.getProperty("voice") != voice.lower() or engine.getProperty("rate") != rate:
        return VOICE_NOT_SET
    engine.save_to_file(text, path)
    engine.runAndWait()
    return 0 if finished == [True] and not errors else NOT_FINISHED


def _die_with(parent: int) -> None:
    """End this process when its parent does; without that a child would wait for its engine for ever."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:
        os._exit(FAILED)


def _serve_one(request: dict[str, object]) -> int:
    server = os.getpid()
    pid = os.fork()
    if pid == 0:
        code = FAILED
        try:
            _die_with(server)
            # The engine prints a line for each file it writes, and a trace where it can't; what became of it says the exit.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            code = _child(str(request["text"]), str(request["path"]), str(request["voice"]), int(str(request["rate"])))
        finally:
            os._exit(code)
    end = time.monotonic() + float(str(request["timeout"]))
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return HUNG
        time.sleep(0.001)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to end
    load_library()
    import pyttsx3.drivers.espeak  # noqa: F401  # imported once here, so that each fork is cheap

    for line in sys.stdin:
        answer = {"exit": _serve_one(json.loads(line))}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
