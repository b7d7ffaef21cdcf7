"""The mark stands on the sentence that is heard: within 150 ms of its cue, and of the sound itself."""

from __future__ import annotations

import pytest

from .support import until
from .test_player import AUDIO, cues_of, playing, press

pytestmark = pytest.mark.full

# Notes, for each frame, the time of the recording, which piece is marked, and how loud the sound is.
LISTEN = """() => {
  const audio = document.querySelector("audio"), context = new AudioContext(), ear = context.createAnalyser()
  ear.fftSize = 512
  const source = context.createMediaElementSource(audio)
  source.connect(ear); ear.connect(context.destination)
  const wave = new Float32Array(512)
  window.heard = []
  const note = () => {
    ear.getFloatTimeDomainData(wave)
    const piece = document.querySelector(".spoken"), block = piece && piece.closest("[id]")
    const all = block ? [...block.querySelectorAll(".s")] : []
    heard.push([performance.now(), audio.currentTime, piece ? block.id + "/" + Math.max(0, all.indexOf(piece)) : "", Math.hypot(...wave) / Math.sqrt(512)])
    requestAnimationFrame(note)
  }
  note()
  return context.resume()
}"""


def errors(page, cues, number, rate, length=8.0):
    """Milliseconds from each cue to its mark, by the recording's own time, and from the sound to the mark, as clocks go."""
    page.evaluate("([s, r]) => { const a = document.querySelector('audio'); a.playbackRate = r; a.currentTime = s; heard.length = 0 }", [cues[number][0] - 0.3, rate])
    until(page, f"t => {AUDIO}.currentTime > t", cues[number][0] + length, 3 * length)
    rows = page.evaluate("heard")
    marks, sounds = [], []
    for cue in cues[number:]:
        name = f"{cue[2]}/{max(0, cue[3])}"
        first = next((n for n, r in enumerate(rows) if r[2] == name and n and rows[n - 1][2] != name and abs(r[1] - cue[0]) < 0.6), None)
        if not cue[2] or first is None:
            continue
        marks.append(1000 * abs(rows[first][1] - cue[0]))
        near = [r for r in rows if abs(r[0] - rows[first][0]) < 450]
        quiet = [n for n, r in enumerate(near) if r[3] < 0.002]
        onset = next((r for n, r in enumerate(near) if r[3] >= 0.004 and quiet and n > quiet[0] and max(x[3] for x in near[max(0, n - 5) : n]) < 0.004), None)
        if onset:
            sounds.append(onset[0] - rows[first][0])
    return marks, sounds


@pytest.mark.parametrize(("tag", "rate"), [
    pytest.param(tag, rate, marks=[] if rate == 1 or tag == "en-GB" else [pytest.mark.stress]) for tag in ("en-GB", "ar", "ur", "hi", "zh-Hans") for rate in (1, 1.5)
])  # fmt: skip
def test_the_mark_is_within_150_ms(visit, tag, rate, record_property):
    page = visit(tag)
    cues = cues_of(page)
    press(page, "play", "mouse")
    playing(page)
    page.evaluate(LISTEN)
    marks, sounds = [], []
    for share in (0.15, 0.5, 0.75):  # early and late: a wrong seek grows with the way
        number = next(n for n in range(int(len(cues) * share), len(cues)) if cues[n][2] and cues[n][2] != cues[n - 1][2])
        found = errors(page, cues, number, rate)
        marks += found[0]
        sounds += found[1]
    print(f"TIMING {tag} {rate}: {len(marks)} marks, at most {max(marks, default=0):.0f} ms; {len(sounds)} onsets, {min(sounds, default=0):.0f} to {max(sounds, default=0):.0f} ms")
    assert len(marks) >= 3 and max(marks) <= 150 * rate  # of the recording's time
    assert len(sounds) >= 3 and max(map(abs, sounds)) <= 150
