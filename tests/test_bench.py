"""The bench: its page is written from its results; the script that stands for a hospital's own does honest work."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from xml.etree import ElementTree

import polib
import pytest
from bench import plot, rows, speed, whole

from leafletkit import inline
from leafletkit.cache import Cache
from leafletkit.checking import Selection, check
from leafletkit.project import load
from leafletkit.script import lines, script
from leafletkit.segments import Segments

from .conftest import ROOT, TODAY

RESULTS = ROOT / "bench" / "results"
SCRIPTED = ROOT / "bench" / "scripted"


def row(name, *seconds, group="a"):
    return rows.Row(group, name, seconds, "", "build.py build")


@pytest.fixture
def folder(tmp_path):
    """Results that are small and made up."""
    out = tmp_path / "results"
    rows.write(out / "a.json", [row("the script, one step after the other", 9, 8, 10), row("the script, 4 processes at once", 3), row("ours, cold", 6), row("ours, again", 1.5)])
    rows.write(out / "b.json", [row("PDF: bare", 10, group="b"), row("PDF: ours", 11, group="b"), row("MP3: bare", 1, group="b"), row("MP3: ours", 3, group="b")])
    rows.write(out / "c.json", [row("1 worker", 40, group="c"), row("4 workers", 20, 12.5, 10, group="c")])
    rows.dump(out / rows.MACHINE, {"cores": "4"})
    rows.dump(out / rows.STAGES, {"seconds": 10.0, "stages": {"PDF proof: ink": 2.0, "recording: LAME": 7.99, "site": 0.01}})
    return out


def test_factors_are_of_medians(folder):
    text = speed.page(folder)
    assert "| the script, one step after the other | 8.00 | 9.00 | 10.0 | 1.00 | 0.33 |" in text
    assert "| ours, cold | 6.00 | 6.00 | 6.00 | 1.50 | 0.50 |" in text
    assert "| PDF: ours | 11.0 | 11.0 | 11.0 | 1.10 |" in text
    assert "| 4 | 10.0 | 12.5 | 20.0 | 3.20 | 80 % |" in text


def test_a_goal_that_is_missed_is_said(folder):
    text = speed.page(folder)
    assert "reached by “ours, again” (6.00). It is **not reached** by “ours, cold” (1.50)." in text
    assert "**not reached** by “MP3: ours” (3.00)" in text and "“PDF: ours” (1.10)" not in text
    assert "It is reached: 80 %." in text
    rows.write(folder / "c.json", [row("1 worker", 40, group="c"), row("4 workers", 20, group="c")])
    assert "It is **not reached**: 50 %." in speed.page(folder)


def test_stages(folder):
    text = speed.page(folder)
    assert "About 20 % is proving" in text and "| recording: LAME | 8.0 | 80 % |" in text
    assert "| site |" not in text and "| all stages below half a percent | 0.0 | 0 % |" in text


def test_another_bench_joins_with_a_file(folder):
    rows.dump(folder / "library.json", [{"group": "d", "name": "1,000 leaflets", "seconds": [7], "note": "cold", "command": "bench/library.py"}])
    text = speed.page(folder)
    assert "## A library of leaflets" in text and "| 1,000 leaflets | 7.00 | 7.00 | 7.00 | cold |" in text
    assert "| 1,000 leaflets | `bench/library.py` |" in text


def test_the_goals_of_a_library(folder):
    names = ("plan and check", "pages, from nothing", "pages, nothing changed", "pages, one string changed")

    def page(one, many):
        sizes = ((10, one), (1000, many))
        rows.write(folder / "d.json", [row(f"{size:,} leaflets x 20 languages: {name}", s, group="d") for size, found in sizes for name, s in zip(names, found, strict=True)])
        return speed.page(folder)

    text = page((1, 2, 0.1, 0.5), (100, 240, 9.9, 2.99))
    assert "is less than 10 s. It is reached: 9.90 s." in text and "is less than 3 s. It is reached: 2.99 s." in text
    assert "“pages, from nothing” costs 1.20 times as much for each as with 10." in text
    text = page((1, 2, 0.1, 0.5), (130, 200, 10.1, 3.1))
    assert text.count("It is **not reached**: 10.1 s.") == text.count("It is **not reached**: 3.10 s.") == 1
    assert "costs 1.30 times as much for each as with 10, which is **more than linear**." in text


def test_a_cluster_is_beside_a_machine(folder):
    found = [row(f"{n} {kind}", s, group="e") for n, a, b in ((1, 20, 24), (4, 6, 8)) for kind, s in (("processes of one machine", a), ("workers of a cluster", b))]
    rows.write(folder / "e.json", found)
    assert "| 4 | 6.00 | 8.00 | 3.00 |" in speed.page(folder)


@pytest.mark.parametrize("broken", [{"group": "d", "seconds": [1]}, {"group": "d", "name": "x", "seconds": []}, {"group": "d", "name": "x", "seconds": [-1]}])
def test_a_broken_row_is_refused(folder, broken):
    rows.dump(folder / "d.json", [broken])
    with pytest.raises(ValueError, match=r"d\.json"):
        speed.page(folder)


def test_bars_are_as_long_as_their_seconds():
    text = plot.plot([("A & B", [row("the script", 10), row("ours", 2, 5, 3)])])
    ElementTree.fromstring(text)
    theirs, ours = (float(re.search(rf'class="{kind}".*?width="([\d.]+)"', text)[1]) for kind in ("theirs", "ours"))
    assert ours / theirs == pytest.approx(3 / 10, abs=0.01)
    assert "A &amp; B" in text and text.count('class="range"') == 1
    assert "prefers-color-scheme: dark" in text


def test_the_page_is_that_of_the_results(tmp_path):
    """docs/reference/speed.md and its plot are what the committed results give, and say what the plot shows."""
    speed.write(RESULTS, tmp_path / "speed.md", tmp_path / "speed.svg")
    assert (tmp_path / "speed.md").read_text() == speed.PAGE.read_text()
    assert (tmp_path / "speed.svg").read_text() == speed.IMAGE.read_text()
    (words,) = re.findall(r"!\[(.*?)\]\(\.\./images/speed\.svg\)", speed.PAGE.read_text())
    assert all(r.name in words for r in rows.read(RESULTS) if r.group in ("a", "c"))


def test_the_machine_has_no_name_and_no_date():
    facts = json.loads((RESULTS / rows.MACHINE).read_text())
    assert {"cores", "memory", "Python", "weasyprint"} <= set(facts)
    assert set(facts) == set(rows.machine()) | (set(facts) & {"espeak-ng", "lame"})
    assert not re.search(r"20\d\d-\d\d|/home|/root|/tmp|/usr", json.dumps(facts))


def scripted_pages(project, folder):
    """The content of a project, and its pages by the script: leaflet and language with the folder of each."""
    subprocess.run([sys.executable, str(SCRIPTED / "prepare.py"), str(project), str(folder / "content")], check=True)
    for leaflet, tag in check(load(project), Selection(), TODAY).editions:
        out = folder / "out" / leaflet / tag
        subprocess.run([sys.executable, str(SCRIPTED / "pages.py"), str(folder / "content"), leaflet, tag, str(out)], check=True)
        yield leaflet, tag, out


def letters(text):
    return re.sub(r"[\W_]+", "", text)


def same_words(project, folder):
    """The script says and shows the words of our editions: nothing is left out to make it look faster, or put in to make it slower."""
    editions = check(load(project), Selection(), TODAY).editions
    count = 0
    for leaflet, tag, out in scripted_pages(project, folder):
        count += 1
        edition = editions[leaflet, tag]
        for fmt, name in (("audio", "audio.txt"), ("easy-read-audio", "easy-read-audio.txt")):
            wanted = [letters(s.text) for s in script(edition.told(fmt), synthetic=True)]
            assert [letters(part) for part in (out / name).read_text("utf-8").strip().split("\n\n")] == wanted, (leaflet, tag, name)
        for document, names in ((edition.text, ("web.html", "print.html")), (edition.easy_read, ("easy-read-web.html", "easy-read-print.html"))):
            shown = [*(inline.plain(b.text) for b in document.blocks), *edition.notices, edition.owner_role]
            for name in names:
                text = letters(re.sub(r"<[^>]*>", "", (out / name).read_text("utf-8")))
                assert not [words for words in shown if letters(words) not in text], (leaflet, tag, name)
    assert count == len(editions) > 1


@pytest.mark.full
def test_the_script_has_our_words(small, tmp_path):
    same_words(small, tmp_path)


@pytest.fixture
def work(small, tmp_path):
    """The small project, ready to be built again and again."""
    return whole.Whole(small, tmp_path / "work", print)


@pytest.mark.full
def test_a_translator_changes_one_sentence(work):
    path = work.project / "locales/pl/LC_MESSAGES/clean-hands.po"
    before = {e.msgctxt: e.msgstr for e in polib.pofile(str(path))}
    for word in whole.WORDS:
        work.change(word)
        after = {e.msgctxt: e.msgstr for e in polib.pofile(str(path))}
        (changed,) = [name for name in before if before[name] != after[name]]
        assert after[changed] == f"{word}: {before[changed]}"
        assert ("clean-hands", "pl") in check(load(work.project), Selection(), TODAY).editions
    assert (ROOT / path.relative_to(work.project)).read_text("utf-8").count(whole.WORDS[-1] + ": ") == 0


@pytest.mark.full
def test_a_cache_of_sentences_holds_nothing_else(work, tmp_path):
    """Every sentence that is spoken, with the length in whatever minutes, and no finished file."""
    project, kept = load(work.project), Cache(tmp_path / "kept")
    edition = check(project, Selection(), TODAY).editions["clean-hands", "pl"]
    voice = project.voices["pl"]
    keys = {
        Segments(voice, work.project).key((voice.spoken(row.text), row.slow))
        for minutes in (0, 3) for row in lines(script(edition, synthetic=True, minutes=minutes), edition.language.sentence_ends)
    }  # fmt: skip
    for key in (*keys, "a finished file"):
        kept.put(key, key.encode())
    new = Cache(work.sentences(kept.folder))
    assert all(new.get(key) == key.encode() for key in keys)
    assert "a finished file" not in new and "a finished file" in kept


@pytest.mark.full
def test_the_script_has_our_words_in_every_language(tmp_path):
    same_words(ROOT, tmp_path)


@pytest.mark.full
def test_the_script_makes_every_format(small, tmp_path):
    """Four PDFs with pages and tags, and two recordings, of each edition with a voice. Where espeak-ng and lame are missing, stand-ins show that they are called."""
    tools = tmp_path / "bin"
    tools.mkdir()
    # What is given to them is what matters here; the sound is the bench's own affair.
    (tools / "espeak-ng").write_text('#!/bin/sh\nfor last; do :; done\ntest -s "$6" && echo "$@" > "$last"\n')
    (tools / "lame").write_text('#!/bin/sh\nfor last; do :; done\ncat "$6" > "$last"\n')
    for tool in tools.iterdir():
        tool.chmod(0o755)
    subprocess.run([sys.executable, str(SCRIPTED / "prepare.py"), str(small), str(tmp_path / "content")], check=True)
    done = subprocess.run(
        [sys.executable, str(SCRIPTED / "build.py"), str(tmp_path / "content"), str(tmp_path / "out"), "--processes", "2"],
        env={"PATH": f"{tools}:/usr/bin:/bin"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    import pikepdf

    for tag, voice in (("en-GB", "en"), ("pl", "pl")):
        out = tmp_path / "out" / "clean-hands" / tag
        for name in ("standard-print", "large-print", "giant-print", "easy-read-print"):
            with pikepdf.open(out / f"{name}.pdf") as pdf:
                assert "/StructTreeRoot" in pdf.Root and str(pdf.Root.Lang) == tag
                assert {"NotoSans", "Andika"} & set(re.findall("NotoSans|Andika", fonts_of(pdf)))
        for name in ("audio", "easy-read-audio"):
            assert f"-v {voice} -s " in (out / f"{name}.mp3").read_text()
            assert not (out / f"{name}.wav").exists()


def fonts_of(pdf):
    return " ".join(str(o.BaseFont).replace("-", "") for o in pdf.objects if isinstance(o, __import__("pikepdf").Dictionary) and "/BaseFont" in o)
