"""Sentences into files by pyttsx3 alone, in a loop: as its documentation has it. JSON on standard input.

One process for all. It gets the espeak-ng that the toolkit uses, so that only the way of using it differs.
"""

import ctypes
import json
import os
import sys
from pathlib import Path

import espeakng_loader

os.environ["ESPEAK_DATA_PATH"] = str(Path(espeakng_loader.get_data_path()).parent)
ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)

import pyttsx3  # noqa: E402  # it looks for the library when it is imported

request = json.loads(sys.stdin.read())
engine = pyttsx3.init("espeak")
engine.setProperty("voice", request["voice"])
for number, (text, rate) in enumerate(request["texts"]):
    engine.setProperty("rate", rate)
    engine.save_to_file(text, f"{request['folder']}/{number}.wav")
    engine.runAndWait()
