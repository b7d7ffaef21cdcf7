"""The sound of each sentence: from the cache, or spoken, compared with the same sentence spoken by other means, and kept.

Nothing comes out of here that was heard from one side only: what an engine's driver loses, the comparison finds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .cache import Cache
from .engines import Engine, fingerprint, pace
from .proof.resynthesis import speak_all, trimmed
from .speech import Samples, SpeechError
from .voices import Voice

Wanted = tuple[str, bool]  # a text written out for the ear, and whether it is slow
_ALIKE = 0.999  # likeness of two syntheses of one text


@dataclass(frozen=True)
class Segments:
    """What a voice says. `root` is the project; without a cache nothing is kept.

    `beside`: what is compared with is spoken at the same time, as one process that speaks leaves a third of a core idle.
    """

    voice: Voice
    root: Path
    cache: Cache | None = None
    beside: bool = False

    def key(self, wanted: Wanted) -> str:
        """What a sound is kept under: it names everything that the sound depends on."""
        spoken, slow = wanted
        return f"segment {fingerprint(self.voice, self.root)} {pace(self.voice, slow=slow)} {spoken}"

    def missing(self, wanted: Sequence[Wanted]) -> list[Wanted]:
        """What is not in the cache, once each, in order."""
        return [w for w in dict.fromkeys(wanted) if not (self.cache and self.key(w) in self.cache)]

    def sounds(self, wanted: Sequence[Wanted]) -> dict[Wanted, Samples]:
        """The samples (int16, at the voice's rate) of each text, 30 ms of silence around it. Raises `SpeechError`, or `Fault`."""
        out: dict[Wanted, Samples] = {}
        fresh: list[Wanted] = []
        for one in dict.fromkeys(wanted):
            kept = self.cache.get(self.key(one)) if self.cache else None
            if kept and len(kept) % 2 == 0:
                out[one] = np.frombuffer(kept, "<i2").astype(np.int16)
            else:
                fresh.append(one)
        out |= self._speak(fresh)
        return out

    def _speak(self, wanted: Sequence[Wanted]) -> Mapping[Wanted, Samples]:
        keys = {one: self.key(one) for one in wanted}
        texts = {slow: [text for text, pace_ in wanted if pace_ == slow] for slow in (False, True)}

        def by_other_means(slow: bool) -> Mapping[str, Samples]:
            return speak_all(self.voice, self.root, texts[slow], slow=slow)

        with ThreadPoolExecutor(1) as aside:
            begun = [aside.submit(by_other_means, slow) for slow in texts] if self.beside else []
            with Engine(self.voice, self.root) as engine:
                spoken = {one: engine.speak(one[0], slow=one[1]) for one in wanted}
            again = dict(zip(texts, [b.result() for b in begun] or map(by_other_means, texts), strict=True))
        for slow, rows in texts.items():
            for text in rows:
                if not _alike(trimmed(spoken[text, slow]), again[slow][text]):
                    raise SpeechError(f"the voice {self.voice.name} says “{text[:60]}” in two ways: words may be lost", "make room on the disk, then build again")
        for one, samples in spoken.items():
            if self.cache and keys[one] == self.key(one):  # else somebody has put another voice there meanwhile
                self.cache.put(keys[one], samples.astype("<i2").tobytes())
        return spoken


def _alike(one: Samples, other: Samples) -> bool:
    if one.size != other.size or not one.size:
        return False
    a, b = one.astype(np.float64), other.astype(np.float64)
    return bool(np.sum(a * b) >= _ALIKE * np.sqrt(np.sum(a * a) * np.sum(b * b)))
