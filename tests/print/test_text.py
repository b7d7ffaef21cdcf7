"""The text that is searched and copied: two readers that know nothing of the structure give what was written."""

from __future__ import annotations

import io
import re

import pikepdf
import pypdfium2
import pytest

from leafletkit.proof.expect import words_of

from ..pdf_support import blocks
from .support import FILES, RTL, each_file, each_ltr_file, own, params, pdftotext, solid

pytestmark = pytest.mark.full
LATIN = {"en-GB", "cy", "pl", "so"}


def pdfium(data):
    """The text of each page, as PDFium reads it."""
    with pypdfium2.PdfDocument(data) as pdf:
        return [page.get_textpage().get_text_range() for page in pdf]


@pytest.fixture(params=["poppler", "pdfium"])
def texts(request, file, tmp_path):
    """The text of each page of a finished file, as a reader of PDFs gives it."""
    return pdftotext(file.data, tmp_path) if request.param == "poppler" else pdfium(file.data)


def told(file):
    """The blocks of each page in order, as the structure tells them."""
    rows: list[list[str]] = [[] for _ in file.pages]
    for _, text, inside in file.blocks:
        rows[file.page_of(inside[0]) - 1].append(text)
    return rows


def spaced(text):
    """Text with single spaces, and without bullets, signs and the space after a hyphen at the end of a line."""
    return " ".join(re.sub("[•!]", " ", text.replace("\ufffe", "-")).split()).replace("- ", "-").replace("! ", "").replace("/ ", "/")


@each_ltr_file
def test_every_page_reads_as_it_is_written(file, texts):
    """Page by page, letter by letter, in order: the blocks, the bullets and signs, then the foot, and nothing else."""
    for page, text, rows in zip(file.pages, texts, told(file), strict=True):
        foot = solid("".join(run.text for run in page.foot))
        assert solid(text).endswith(foot)
        assert re.sub("[•!]", "", solid(text).removesuffix(foot)) == solid("".join(rows))


@pytest.mark.parametrize("file", params(key for key in FILES if key[1] in LATIN), indirect=True)
def test_words_are_kept_apart(file, texts):
    """In Latin letters the spaces are right, too."""
    for text, rows in zip(texts, told(file), strict=True):
        assert spaced(text).startswith(spaced(" ".join(rows)))


@each_ltr_file
def test_every_block_can_be_found(file, texts):
    """Each block of the leaflet, taken from its own words, stands on a page; each warning on two at least, or twice on one."""
    pages = [solid(text) for text in texts]
    for block in file.edition.text.blocks:
        count = sum(page.count(solid(words_of(block.text))) for page in pages)
        assert count >= (2 if block.warning else 1), block.id


@pytest.mark.parametrize("file", params(key for key in FILES if key[1] in RTL), indirect=True)
def test_right_to_left_is_not_exact(file, texts):
    """From right to left a screen reader is told all words (the structure), but no extractor gives them all back.

    If this fails the readers have become better: the proof may then ask them, too.
    """
    pages = [solid(text) for text in texts]
    rows = [solid(words_of(block.text)) for block in file.edition.text.blocks]
    found = sum(any(row in page for page in pages) for row in rows)
    assert found < len(rows) * (0.9 if file.edition.language.tag == "ar" else 0.1)


@each_file
def test_each_glyph_has_its_words(file):
    """Put together run by run, what the fonts say of the drawn codes is what the structure says of the same run."""
    for _, _, inside in file.blocks:
        for leaf in inside:
            drawn, said = ("".join(run.text for run in file.runs_of(leaf)), str(leaf.ActualText))
            if file.edition.language.direction == "ltr":
                assert drawn.strip() == said.strip().replace("\xad", "")
            else:
                assert sorted(drawn.replace(" ", "")) == sorted(said.replace(" ", ""))


SAMPLES = {
    "bn": "চিকিৎসার দিনে ফুরোসেমাইড খাবেন না। কোনো প্রশ্ন থাকলে নার্সের সঙ্গে কথা বলুন। পৌঁছানোর আগে দুই সপ্তাহ অপেক্ষা করুন।",
    "pa": "ਇਲਾਜ ਦੇ ਦਿਨ ਫਿਊਰੋਸਮਾਈਡ ਨਾ ਲਓ। ਜੇ ਕੋਈ ਸਵਾਲ ਹੋਵੇ ਤਾਂ ਨਰਸ ਨੂੰ ਪੁੱਛੋ। ਦੋ ਹਫ਼ਤੇ ਉਡੀਕ ਕਰੋ।",
    "gu": "સારવારના દિવસે ફ્યુરોસેમાઇડ ન લો. પ્રશ્ન હોય તો નર્સને પૂછો. બે અઠવાડિયાં રાહ જુઓ. ર્કિ ત્રિ જ્ઞ",
    "ta": "சிகிச்சை நாளில் ஃப்யூரோசெமைடு எடுக்க வேண்டாம். கேள்விகள் இருந்தால் செவிலியரிடம் கேளுங்கள். கொஞ்சம் பொறுங்கள்.",
    "hi": "उपचार के दिन फ़्यूरोसेमाइड न लें। प्रश्न हों तो नर्स से पूछें। निर्णय, क्षति, ज्ञान, श्रृंखला, र्कि।",
}  # fmt: skip
EXACT_IN_PDFIUM = {"pa", "gu", "hi"}  # in the others letters that are drawn in two parts come in the wrong order


@pytest.mark.parametrize("tag", SAMPLES)
@pytest.mark.parametrize("bold", [False, True])
def test_other_scripts(tag, bold, tmp_path):
    """Short texts of other scripts: the structure and poppler give them exactly, PDFium where it is said."""
    text = SAMPLES[tag]
    data = own(f"<h1>{text}</h1><p>{f'<strong>{text}</strong>' if bold else text}</p>", tag)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert [said for _, said, _ in blocks(pdf.Root.StructTreeRoot)] == [text, text]
    assert solid("".join(pdftotext(data, tmp_path))) == solid(text) * 2
    assert (solid("".join(pdfium(data))) == solid(text) * 2) is (tag in EXACT_IN_PDFIUM)
