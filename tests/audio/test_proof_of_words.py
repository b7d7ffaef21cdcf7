"""Faults in what a recording says of itself: tags, chapters, transcript. Each is found, with its own code and no other."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from mutagen.id3 import CHAP, ID3, TIT2, TLAN, TPE1, TXXX

from leafletkit.proof.vtt import read_vtt

from ..audio_support import Case, chapters_of, contents_of, seconds_of, tags_of, time_text, with_tags

pytestmark = pytest.mark.full

CHAPTERS, TRANSCRIPT = {"proof-chapters"}, {"proof-transcript"}
BOTH = CHAPTERS | TRANSCRIPT  # the list of chapters beside the file is then another too
every_language = pytest.mark.parametrize("tag", ["en-GB", "pl"])


def found(case: Case, change: Callable[[ID3], object], order: Callable[[list[bytes]], list[bytes]] | None = None) -> set[str]:
    places, codes = case.prove(with_tags(case.mp3, change, order))
    assert len(places) == 1, "the sound is as it was"
    return set(codes)


@every_language
def test_unchanged_tags_have_no_finding(cases: dict[str, Case], tag: str) -> None:
    assert found(cases[tag], lambda _: None) == set()


@every_language
@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (TLAN(encoding=0, text="deu"), "proof-language"),
        (TLAN(encoding=0, text=["eng", "pol"]), "proof-language"),
        (TXXX(encoding=1, desc="language", text="de"), "proof-language"),
        (TIT2(encoding=1, text="Another leaflet"), "proof-chapters"),
        (TIT2(encoding=1, text=""), "proof-chapters"),
        (TPE1(encoding=1, text="Another hospital"), "proof-chapters"),
    ],
    ids=["other language", "two languages", "other tag", "other title", "no title", "other publisher"],
)
def test_a_tag_with_other_words(cases: dict[str, Case], tag: str, frame: object, code: str) -> None:
    assert found(cases[tag], lambda tags: tags.setall(frame.HashKey, [frame])) == {code}


@pytest.mark.parametrize(("name", "code"), [("TLAN", "proof-language"), ("TXXX:language", "proof-language"), ("TIT2", "proof-chapters"), ("TPE1", "proof-chapters")])
def test_a_tag_left_out(english: Case, name: str, code: str) -> None:
    assert found(english, lambda tags: tags.delall(name)) == {code}


@every_language
@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.stress) for n in range(1, 4))])
def test_chapters_shuffled_in_the_file(cases: dict[str, Case], tag: str, seed: int) -> None:
    """Players list them as they stand in the file. The list beside it is then another one."""

    def order(frames: list[bytes]) -> list[bytes]:
        out = list(frames)
        while out == frames:
            random.Random(seed).shuffle(out)
        return out

    assert found(cases[tag], lambda _: None, order) == BOTH


def test_chapters_shuffled_in_the_contents(english: Case) -> None:
    def change(tags: ID3) -> None:
        contents_of(tags).child_element_ids.reverse()

    assert found(english, change) == CHAPTERS


@every_language
def test_each_chapter_left_out(cases: dict[str, Case], tag: str) -> None:
    """There is a gap where it was; filled by the one before, it is still missed, or its name is."""
    case = cases[tag]
    rows = chapters_of(tags_of(case.mp3))
    for number, row in enumerate(rows):

        def drop(tags: ID3, row: CHAP = row) -> None:
            tags.delall(f"CHAP:{row.element_id}")
            contents_of(tags).child_element_ids.remove(row.element_id)

        def drop_and_fill(tags: ID3, row: CHAP = row, number: int = number, drop: Callable[[ID3], None] = drop) -> None:
            drop(tags)
            tags[f"CHAP:{rows[number - 1].element_id}"].end_time = row.end_time

        if number < len(rows) - 1:
            gap = BOTH if number else TRANSCRIPT
            assert gap <= found(case, drop) <= BOTH, number
        if 0 < number < len(rows) - 1:
            assert found(case, drop_and_fill) == BOTH, number


@every_language
@pytest.mark.parametrize("ms", [60, -60, 3000])
def test_each_chapter_shifted(cases: dict[str, Case], tag: str, ms: int) -> None:
    """With its neighbour, so that there is no gap: no sentence begins there."""
    case = cases[tag]
    rows = chapters_of(tags_of(case.mp3))
    for number in range(1, len(rows)):

        def change(tags: ID3, number: int = number) -> None:
            tags[f"CHAP:{rows[number].element_id}"].start_time += ms
            tags[f"CHAP:{rows[number - 1].element_id}"].end_time += ms

        assert found(case, change) == BOTH, number


def test_all_chapters_shifted(english: Case) -> None:
    def change(tags: ID3) -> None:
        for row in tags.getall("CHAP"):
            row.start_time += 100
            row.end_time += 100

    assert found(english, change) == BOTH


@pytest.mark.parametrize("names", ["swapped", "empty", "without"])
def test_names_of_chapters(english: Case, names: str) -> None:
    """At the right times, with other names."""
    one, other = (c.element_id for c in chapters_of(tags_of(english.mp3))[2:4])

    def change(tags: ID3) -> None:
        a, b = tags[f"CHAP:{one}"], tags[f"CHAP:{other}"]
        if names == "swapped":
            a.sub_frames["TIT2"], b.sub_frames["TIT2"] = b.sub_frames["TIT2"], a.sub_frames["TIT2"]
        elif names == "empty":
            a.sub_frames["TIT2"].text = [""]
        else:
            a.sub_frames.delall("TIT2")

    codes = found(english, change)
    assert "proof-transcript" in codes and codes <= BOTH


# -- the transcript, and the list of chapters beside the recording


def rows_of(vtt: bytes) -> list[str]:
    return vtt.decode().rstrip("\n").split("\n\n")


def joined(rows: list[str]) -> bytes:
    return ("\n\n".join(rows) + "\n").encode()


def shifted(row: str, start: float, end: float) -> str:
    def move(match: re.Match[str]) -> str:
        return f"{time_text(seconds_of(match[1]) + start)} --> {time_text(seconds_of(match[2]) + end)}"

    new, count = re.subn(r"([\d:.]+) --> ([\d:.]+)", move, row)
    assert count == 1
    return new


def cue_changes(case: Case, seed: int) -> dict[str, bytes]:
    """The transcript with one fault each, at a random place."""
    rows = rows_of(case.good.vtt)
    dice = random.Random(f"{case.edition.language.tag} {seed}")
    at = dice.randrange(2, len(rows) - 1)
    head, times, text = rows[at].split("\n")
    word = dice.choice(text.split())

    def at_place(new: str) -> bytes:
        return joined([*rows[:at], new, *rows[at + 1 :]])

    return {
        "changed word": at_place(f"{head}\n{times}\n{text.replace(word, 'other', 1)}"),
        "lost letter": at_place(f"{head}\n{times}\n{text[:-2]}"),
        "late": at_place(shifted(rows[at], 0.1, 0.1)),
        "early": at_place(shifted(rows[at], -0.1, -0.1)),
        "begins late": at_place(shifted(rows[at], 0.1, 0)),
        "missing": joined([*rows[:at], *rows[at + 1 :]]),
        "twice": joined([*rows[: at + 1], *rows[at:]]),
        "out of order": joined([*rows[:at], rows[at + 1], rows[at], *rows[at + 2 :]]),
        "over the next": at_place(shifted(rows[at], 0, 30)),
        "no text": at_place(f"{head}\n{times}\n"),
        "two lines": at_place(f"{head}\n{times}\n{text}\n{text}"),
        "a tag": at_place(f"{head}\n{times}\n<i>{text}</i>"),
        "a bare ampersand": at_place(f"{head}\n{times}\n{text} &"),
        "a comma in the time": at_place(f"{head}\n{times.replace('.', ',')}\n{text}"),
        "no arrow": at_place(f"{head}\n{times.replace(' --> ', ' -> ')}\n{text}"),
        "settings": at_place(f"{head}\n{times} position:0% size:1%\n{text}"),
        "ends before it begins": at_place(f"{head}\n{' --> '.join(reversed(times.split(' --> ')))}\n{text}"),
        "61 minutes": at_place(f"{head}\n{re.sub('^00:0', '00:6', times)}\n{text}"),
    }


FAULTS = (
    "changed word", "lost letter", "late", "early", "begins late", "missing", "twice", "out of order", "over the next", "no text", "two lines", "a tag",
    "a bare ampersand", "a comma in the time", "no arrow", "settings", "ends before it begins", "61 minutes",
)  # fmt: skip


@every_language
@pytest.mark.parametrize("fault", FAULTS)
def test_a_transcript_with_a_fault(cases: dict[str, Case], tag: str, fault: str) -> None:
    for seed in range(3):
        vtt = cue_changes(cases[tag], seed)[fault]
        assert vtt != cases[tag].good.vtt
        places, codes = cases[tag].prove(vtt=vtt)
        assert set(codes) == TRANSCRIPT and len(places) == 1, seed


@every_language
@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"Language: ", b"Language: x-"),
        lambda data: data.replace(b"Language: en-GB", b"Language: pl") if b"en-GB" in data else data.replace(b"Language: pl", b"Language: en-GB"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"WEBVTT", b"WEBVT"),
        lambda data: data.decode().encode("utf-16"),
        lambda data: data[:-40],
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: b"WEBVTT\n",
        lambda data: data[:100] + b"\xff" + data[100:],
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data + b"\nNOTE remember\n",
        lambda data: data.replace(b"\n\n", b"\n\nSTYLE\n::cue { visibility: hidden }\n\n", 1),
    ],
    ids=["no language", "other language", "byte order mark", "no head", "UTF-16", "cut", "half", "empty", "no cues", "not UTF-8", "CRLF", "a note", "hidden by a style"],
)
def test_a_transcript_that_is_none(cases: dict[str, Case], tag: str, change: Callable[[bytes], bytes]) -> None:
    """So with the list of chapters."""
    case = cases[tag]
    for files in ({"vtt": change(case.good.vtt)}, {"chapters": change(case.good.chapters_vtt)}):
        places, codes = case.prove(**files)
        assert set(codes) == TRANSCRIPT and len(places) == 1


@every_language
def test_the_files_of_another_leaflet(cases: dict[str, Case], tag: str) -> None:
    """The transcript and the chapters of the other language; and one in the place of the other."""
    case, other = cases[tag], cases["pl" if tag == "en-GB" else "en-GB"]
    assert set(case.prove(vtt=other.good.vtt)[1]) == TRANSCRIPT
    assert set(case.prove(chapters=other.good.chapters_vtt)[1]) == TRANSCRIPT
    assert set(case.prove(vtt=case.good.chapters_vtt, chapters=case.good.vtt)[1]) == TRANSCRIPT


@pytest.mark.parametrize("part", ["name", "time", "missing", "order"])
def test_a_list_of_chapters_with_a_fault(english: Case, part: str) -> None:
    rows = rows_of(english.good.chapters_vtt)
    changed = {
        "name": [*rows[:2], rows[2] + " again", *rows[3:]], "time": [*rows[:2], shifted(rows[2], 0.1, 0), *rows[3:]],
        "missing": rows[:-1], "order": [rows[0], *reversed(rows[1:])],
    }[part]  # fmt: skip
    assert english.prove(chapters=joined(changed))[1] == ["proof-transcript"]


@every_language
def test_a_cue_that_ends_at_once(cases: dict[str, Case], tag: str) -> None:
    """Its words are shown for a hundredth of a second."""
    rows = rows_of(cases[tag].good.vtt)
    head, times, text = rows[4].split("\n")
    start = times.split(" --> ")[0]
    rows[4] = f"{head}\n{start} --> {time_text(seconds_of(start) + 0.01)}\n{text}"
    assert cases[tag].prove(vtt=joined(rows))[1] == ["proof-transcript"]


def test_the_reader_of_transcripts_reads_what_was_written(english: Case) -> None:
    rows = read_vtt(english.good.vtt, "en-GB")
    assert [row.text for row in rows] == [s.text for s in english.spans()]
    assert len({row.name for row in rows}) == len(rows)


# -- damage


@pytest.mark.parametrize("name", ["SYLT", "CTOC"])
def test_no_words_or_no_contents(english: Case, name: str) -> None:
    assert english.prove(with_tags(english.mp3, lambda tags: tags.delall(name))) == ((), ["proof-unreadable"])


def test_no_chapters(english: Case) -> None:
    assert {"proof-chapters", "proof-transcript"} <= found(english, lambda tags: tags.delall("CHAP"))


@pytest.mark.parametrize(
    "data", [b"", b"RIFF\x24\x00\x00\x00WAVEfmt ", b"%PDF-1.7\n", b"OggS" + bytes(500), b"<html></html>", b"\xff\xfb\x50\xc4" + bytes(3000)],
    ids=["empty", "WAV", "PDF", "Ogg", "page", "a frame of silence"],
)  # fmt: skip
def test_what_is_no_recording(english: Case, data: bytes) -> None:
    assert english.prove(data) == ((), ["proof-unreadable"])


def test_tags_without_sound_and_sound_without_tags(english: Case) -> None:
    size = tags_of(english.mp3).size
    for data in (english.mp3[:size], english.mp3[size:], english.mp3[: size // 2], english.mp3[: size + 100]):
        assert english.prove(data) == ((), ["proof-unreadable"])


@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_byte_never_raises(english: Case, seed: int) -> None:
    """In the tags: the proof ends with places or with findings, and if a warning's words are hit, with findings."""
    dice = random.Random(seed)
    data = bytearray(english.mp3)
    for _ in range(dice.choice([1, 3, 20])):
        data[dice.randrange(tags_of(english.mp3).size)] = dice.randrange(256)
    places, codes = english.prove(bytes(data))
    assert codes or len(places) == 1
