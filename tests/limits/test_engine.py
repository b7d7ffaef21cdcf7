"""A text that kills the speech engine is found, and costs no other text its answer."""

from __future__ import annotations

from leafletkit.phonemes import Phonemes

DEADLY = "a." * 245


def test_a_text_that_kills_the_engine_is_not_spoken_and_the_others_are() -> None:
    texts = ["one", "two", DEADLY, "three", "four"]
    with Phonemes() as phonemes:
        languages, said = phonemes("gmw/en", texts)
        _, alone = phonemes("gmw/en", ["five"])
    with Phonemes() as phonemes:
        wanted = phonemes("gmw/en", ["one", "two", "three", "four", "five"])
    assert languages == wanted[0]
    assert [said[n] for n in (0, 1, 3, 4)] + list(alone) == list(wanted[1])
    assert said[2] == ""
