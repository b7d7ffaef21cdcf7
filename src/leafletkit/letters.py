"""What a word is made of, for finding whole words in any script."""

from __future__ import annotations

# Inside a character class. Besides letters and digits: accents, and the vowel signs and joiners of
# Arabic and Indic words, which \w leaves out.
INSIDE = (
    r"\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0962\u0963\u0981-\u0983\u09bc-\u09cd"
    r"\u0a01-\u0a03\u0a3c-\u0a4d\u0a70\u0a71\u0a81-\u0a83\u0abc-\u0acd\u0b82\u0bbe-\u0bcd\u200c\u200d"
)
