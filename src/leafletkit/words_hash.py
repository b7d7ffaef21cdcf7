"""Bind a human judgement to exact words: when the words change, the judgement falls."""

from __future__ import annotations

import hashlib


def words_hash(context: str, source: str, target: str, spoken: str = "") -> str:
    """32 hex digits for one string: where it stands, its English, its translation, and how it is spoken.

    `spoken` is for judgements by ear. 128 bits, as a translator must not be able to find a second
    text of the same hash.
    """
    parts = "\x1f".join((context, source, target, *([spoken] if spoken else []))).encode()
    return hashlib.sha256(parts).hexdigest()[:32]
