"""Reading age of the English source: Flesch-Kincaid grade with a vowel-group syllable counter.

The counter is rough; tests hold it to a list of health words. Grade 6 is a
reading age of about 11, what the NHS and the Patient Information Forum ask for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:['’-][A-Za-zÀ-ÿ]+)*|\d+(?:[.,]\d+)*")
_SENTENCE = re.compile(r"(?<=[.!?:])[\s”)]+|\n+")


@dataclass(frozen=True)
class Readability:
    words: int
    sentences: int
    syllables: int

    @property
    def grade(self) -> float:
        """Flesch-Kincaid grade (United States school year); 0 for no text."""
        if not self.words:
            return 0.0
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59


def syllables(word: str) -> int:
    """The syllables of an English word, at least one; a number counts as its digits."""
    word = word.lower()
    if word[0].isdigit():
        return max(1, sum(c.isdigit() for c in word))
    count = len(re.findall(r"[aeiouyà-ÿ]+", word))
    if count > 1 and re.search(r"[^aeiouyl]e$|[^aeiouy][^aeiouytd]ed$|[^aeiouysxzcg]es$", word):
        count -= 1
    if re.search(r"(?<![tcs])i[aou]|[aeiou]ing$|eo|ua(?!r)|[^q]uo", word):
        count += 1
    return max(1, count)


def measure(texts: Iterable[str], names: Sequence[str] = ()) -> Readability:
    """Measure plain texts, one a block. `names` (of illnesses and medicines) count as nothing."""
    drop = re.compile("|".join(re.escape(n) for n in sorted(names, key=len, reverse=True)) or r"(?!)", re.I)
    words: list[str] = []
    sentences = 0
    for text in texts:
        for sentence in _SENTENCE.split(drop.sub("", text)):
            found = _WORD.findall(sentence)
            words += found
            sentences += bool(found)
    return Readability(len(words), sentences, sum(map(syllables, words)))
