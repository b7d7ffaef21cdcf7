"""Characters that more than one module looks for: letters of words, digits, the ends of clauses, what nobody sees."""

from __future__ import annotations

import unicodedata

# Inside a character class. Besides letters and digits: accents, and the vowel signs and joiners of
# Arabic and Indic words, which \w leaves out.
INSIDE = (
    r"\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0962\u0963\u0981-\u0983\u09bc-\u09cd"
    r"\u0a01-\u0a03\u0a3c-\u0a4d\u0a70\u0a71\u0a81-\u0a83\u0abc-\u0acd\u0b82\u0bbe-\u0bcd\u200c\u200d"
)
HAN = "\u3400-\u9fff"  # inside a character class: Chinese characters, each a word
UNSEEN = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"  # inside a character class: marks of direction
JOINERS = "\u200c\u200d"

CLOSING = "”’»›」』】》〉）)]}\"'"  # quotes and brackets that close; they stay with their sentence
SENTENCE_STOPS = ".;:!?؛؟۔।。；：！？\n"  # no thought goes on over these
CLAUSE_STOPS = SENTENCE_STOPS + ",،，、"

# For str.translate: the digits of every script as 0-9.
DIGITS = {n: str(unicodedata.digit(chr(n))) for n in range(0x80, 0x1FBFA) if unicodedata.category(chr(n)) == "Nd"}


def visible(text: str) -> str:
    """A text with its invisible characters spelled out; lines, and joiners inside of words, stay."""
    return "".join(
        f"[U+{ord(c):04X}]" if c != "\n" and c not in JOINERS and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") else c
        for c in text
    )
