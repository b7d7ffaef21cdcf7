"""A stand-in for a Piper voice: a small ONNX graph with Piper's signature, so that the real Piper speaks without a real voice.

Each phoneme is a tone of its own that swells and fades, as a syllable does; a pause between phonemes is quiet.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

VOICE = "stand-in"
LETTERS = "[6.9, 11.1]"  # as “leafletkit say” measures it
RATE = 22_050
_SPAN = 900.0  # samples of a phoneme, and as many of the pause after it


def graph(*, pitch: float = 90.0, rate: int = RATE, samples: Iterable[float] | None = None) -> Any:
    """The model; with `samples` it says the same, whatever the text is."""
    span = _SPAN * rate / RATE
    node = helper.make_node
    if samples is None:
        nodes = [
            # How many samples: the second of the three scales makes speech longer.
            node("Gather", ["scales", "one"], ["scale"]),
            node("Mul", ["scale", "span"], ["long"]),
            node("Cast", ["long"], ["count"], to=TensorProto.INT64),
            node("Cast", ["count"], ["length"], to=TensorProto.FLOAT),
            node("Range", ["nought", "length", "step"], ["times"]),
            # How high: by the number of the phoneme.
            node("Cast", ["input"], ["ids"], to=TensorProto.FLOAT),
            node("Transpose", ["ids"], ["rows"], perm=[1, 0]),
            node("Mul", ["rows", "spread"], ["raised"]),
            node("Add", ["raised", "pitch"], ["high"]),
            node("Mul", ["high", "times"], ["angle"]),
            node("Sin", ["angle"], ["tone"]),
            # How loud: swelling and fading; Piper's number 0 stands between phonemes.
            node("Div", ["times", "length"], ["part"]),
            node("Mul", ["part", "pi"], ["half"]),
            node("Sin", ["half"], ["swell"]),
            node("Clip", ["rows", "quiet", "full"], ["loud"]),
            node("Mul", ["tone", "swell"], ["swelling"]),
            node("Mul", ["swelling", "loud"], ["sound"]),
            node("Reshape", ["sound", "flat"], ["output"]),
        ]
    else:
        nodes = [node("Reshape", ["said", "flat"], ["output"])]
    turn = 2 * np.pi / rate
    numbers: dict[str, Any] = {
        "one": np.array(1, np.int64), "span": np.array(span, np.float32), "nought": np.array(0, np.float32), "step": np.array(1, np.float32),
        "spread": np.array(turn * 11, np.float32), "pitch": np.array(turn * pitch, np.float32), "pi": np.array(np.pi, np.float32),
        "quiet": np.array(0.05, np.float32), "full": np.array(0.5, np.float32), "flat": np.array([1, 1, 1, -1], np.int64),
        "said": np.array([] if samples is None else list(samples), np.float32),
    }  # fmt: skip
    used = {name for n in nodes for name in n.input}
    value = helper.make_tensor_value_info
    whole = helper.make_graph(
        nodes, "stand-in",
        [value("input", TensorProto.INT64, ["b", "n"]), value("input_lengths", TensorProto.INT64, ["b"]), value("scales", TensorProto.FLOAT, [3])],
        [value("output", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(array, name) for name, array in numbers.items() if name in used],
    )  # fmt: skip
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model


def settings(rate: int = RATE, **other: Any) -> dict[str, Any]:
    """What stands beside a voice, as Piper's own voices have it."""
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    return {
        "audio": {"sample_rate": rate}, "espeak": {"voice": "en-gb-x-rp"}, "phoneme_type": "espeak", "num_symbols": 256, "num_speakers": 1,
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8}, "phoneme_id_map": DEFAULT_PHONEME_ID_MAP, **other,
    }  # fmt: skip


def write_voice(project: Path, name: str = VOICE, *, rate: int = RATE, pitch: float = 90.0, samples: Iterable[float] | None = None, **other: Any) -> Path:
    """Put a stand-in voice into a project; `other` are changed settings. Returns the voice file."""
    path = project / f"audio/voices/{name}.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(graph(pitch=pitch, rate=rate, samples=samples), str(path))
    path.with_name(path.name + ".json").write_text(json.dumps(settings(rate, **other)), "utf-8")
    return path


def give(project: Path, tag: str, row: str) -> None:
    """Another row in voices.toml for one language."""
    path = project / "audio/voices.toml"
    head, mark, rest = path.read_text("utf-8").partition(f"[{tag}]\n")
    assert mark
    path.write_text(f"{head}[{tag}]\n{row}\n\n[{rest.partition(chr(10) + '[')[2]}", "utf-8")


def give_piper(project: Path, name: str = VOICE) -> None:
    """Let Piper speak English."""
    give(project, "en-GB", f'engine = "piper"\nvoice = "{name}"\nletters = {LETTERS}\nnote = "A stand-in."')
