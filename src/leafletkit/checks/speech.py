"""Does the voice speak every token of everything that is spoken, and is it a voice of this language?

espeak-ng passes over digits, signs and letters that it does not know, without a word. A token whose
phonemes are empty, or a sign whose removal changes none, is not spoken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from .. import inline
from ..letters import HAN
from ..model import Edition, Finding
from ..script import script
from ..spoken import entries
from ..voices import Voice

SILENT, WRONG = "speech-silent", "voice-wrong"
Phonemes = Callable[[str, Sequence[str]], tuple[tuple[str, ...], tuple[str, ...]]]

_STRESS = re.compile(r"[\sˈˌː_|ˑ-]")
_SWITCH = re.compile(r"\(([a-z]{2,3})[a-z-]*\)")
_MEANT = re.compile(r"(?<=\d)[.,:/–-](?=\d)|[%&@#*/\\]|[^\w\s]")  # signs that carry a meaning, if their category is one
_ADDRESS = re.compile(r"[A-Za-z0-9._-]+@[A-Za-z0-9._-]+|(?:https?://|www\.)[A-Za-z0-9._/-]+")
_WORDS = re.compile(rf"[{HAN}]|[^\s{HAN}]+")
_SAME = {"zh": ("cmn", "zh")}  # where espeak-ng has another code than BCP 47


def speech(edition: Edition, voice: Voice, phonemes: Phonemes) -> Iterator[Finding]:
    """Each token that the voice of a recording would leave out: of the leaflet, and of the words around it."""
    leaflet, tag = edition.key
    languages, _ = phonemes(voice.name, ())
    codes = _SAME.get(tag.split("-")[0], (tag.split("-")[0],))
    if not any(code.split("-")[0] in codes for code in languages):
        what = f"speaks {', '.join(languages)}" if languages else "is not known to espeak-ng"
        yield Finding(WRONG, f"the voice “{voice.name}” {what}", f"name a voice of {edition.language.english} in audio/voices.toml", leaflet, tag,
                      "audio", path="audio/voices.toml")  # fmt: skip
        return
    wanted: dict[str, list[str]] = {}  # token -> names of the strings that have it
    blocks = {b.id: b for b in edition.text.blocks}
    around = {s.id: s.text for s in script(edition, synthetic=True, minutes=10) if s.take not in blocks}
    for name, words in {**{b.id: inline.plain(b.text) for b in blocks.values()}, **around}.items():
        # As it is written, and as the lexicon makes it: a word that the lexicon takes away is silent, too.
        for token in (*_tokens(words), *_tokens(voice.spoken(words))):
            wanted.setdefault(token, []).append(name)
        # Several words of the lexicon in one, and the signs of an address, stand in no single token.
        for token in (*entries(words, voice.lexicon), *(m[0].rstrip(".,;:!?") for m in _ADDRESS.finditer(words))):
            wanted.setdefault(token, []).append(name)
    signs = {(token, m.start()): token[: m.start()] + " " + token[m.end() :] for token in wanted for m in _MEANT.finditer(token) if _meant(token, m.start())}
    texts = list(dict.fromkeys([*wanted, *signs.values()]))
    said = dict(zip(texts, phonemes(voice.name, [voice.spoken(t) for t in texts])[1], strict=True))

    def finding(code: str, token: str, message: str) -> Iterator[Finding]:
        for name in dict.fromkeys(wanted[token]):
            block = blocks.get(name)
            yield Finding(
                code, f"“{name}”: {message}", f"write it as a word, or add it to audio/lexicon/{tag}.toml", leaflet, tag, "audio",
                block.warning or "" if block else "", f"audio/lexicon/{tag}.toml", 0, name, _source(edition, name), block.text if block else around[name], token,
            )  # fmt: skip

    for token in wanted:
        if not sounds(said[token]):
            yield from finding(SILENT, token, f"the voice does not speak “{token}”")
        elif lost := [p for p in voice.spoken(token).split() if p in tuple("-_@./")] if _ADDRESS.fullmatch(token) else []:
            yield from finding(SILENT, token, f"the voice does not speak the sign “{lost[0]}” of “{token}”")
        elif not re.search("[A-Za-z]", token) and any(m[1] not in (*codes, *(c.split("-")[0] for c in languages)) for m in _SWITCH.finditer(said[token])):
            yield from finding(WRONG, token, f"the voice reads “{token}” as another language")
        for (name, position), without in signs.items() if sounds(said[token]) else ():
            if name == token and sounds(said[token]) == sounds(said[without]):
                yield from finding(SILENT, token, f"the voice does not speak the sign “{token[position]}” of “{token}”")


def sounds(ipa: str) -> str:
    """Phonemes without stress, length, pauses and marks of a change of language."""
    return _STRESS.sub("", _SWITCH.sub("", ipa))


def _tokens(text: str) -> list[str]:
    """The words of a text, less the punctuation around them; each character of Chinese is one."""
    out = []
    for match in _WORDS.finditer(text):
        word = match[0].strip(".,;:!?()[]\"'،؛؟۔।、。，；：！？（）《》“”‘’«»„…—–")
        if word and not (len(word) == 1 and unicodedata.category(word)[0] in "PZ" and word not in "%&@/"):
            out.append(word)
    return out


def _meant(token: str, position: int) -> bool:
    """Whether a sign inside a token says something: a decimal point, a range, a percent or greater-than sign."""
    sign = token[position]
    between = 0 < position < len(token) - 1 and token[position - 1].isdigit() and token[position + 1].isdigit()
    return between if sign in ".,:-–" else sign in "%&@#*/\\" or unicodedata.category(sign) in ("Sm", "Sc", "So", "Sk")


def _source(edition: Edition, name: str) -> str:
    """The English text of a block."""
    return next((b.text for d in edition.leaflet.documents for b in d.blocks if b.id == name), "")
