"""What the tests of PDFs share: how to walk the structure and the drawing of one, and how to break one."""

from __future__ import annotations

import io
import struct

import pikepdf

BLOCKS = ("/P", "/H1", "/H2", "/H3", "/LBody")


def kids(element):
    rows = element.get("/K", [])
    return list(rows) if isinstance(rows, pikepdf.Array) else [rows]


def leaves(element):
    """The elements of the structure tree that hold text, in reading order."""
    for kid in kids(element):
        if not isinstance(kid, pikepdf.Dictionary):
            yield element
        elif kid.get("/S") not in ("/Figure", None):  # no picture, and no place of a link
            yield from leaves(kid)


def blocks(element):
    """(tag, words, leaves) of each block of the structure tree, in reading order. Bullets don't count."""
    for kid in kids(element):
        tag = str(kid.get("/S"))
        if tag in BLOCKS:
            inside = list(leaves(kid))
            yield tag, " ".join("".join(str(leaf.get("/ActualText", "")) for leaf in inside).split()), inside
        elif tag not in ("/Lbl", "/Figure"):
            yield from blocks(kid)


def drawing(page):
    """(mark, mcid, font, size in points, glyphs) of all text that is drawn; the mark is /Span, /Artifact or none."""
    names = {name: base_name(font) for name, font in page.Resources.Font.items()}
    scales, marks, font, size, line = [1.0], [], "", 0.0, 1.0
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                scales.append(scales[-1])
            case "Q":
                scales.pop()
            case "cm":
                scales[-1] *= abs(float(operands[3]))
            case "Tm":
                line = abs(float(operands[3]))
            case "Tf":
                font, size = names[str(operands[0])], float(operands[1])
            case "BMC":
                marks.append((str(operands[0]), None))
            case "BDC":
                marks.append((str(operands[0]), int(operands[1].get("/MCID", -1))))
            case "EMC":
                marks.pop()
            case "Tj" | "TJ":
                strings = operands[0] if str(operator) == "TJ" else operands
                codes = b"".join(bytes(s) for s in strings if isinstance(s, pikepdf.String))
                glyphs = {code for (code,) in struct.iter_unpack(">H", codes)}
                yield *(marks[-1] if marks else ("", None)), font, round(size * line * scales[-1], 2), glyphs


def changed(data, change):
    """The file with one thing changed in it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(out)
    return out.getvalue()


def element(pdf, tag):
    """The first structure element with this tag."""
    return next(o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == tag and "/P" in o)


def rewrite(stream, old, new):
    """Other bytes in a stream, wherever they stand."""
    before = stream.read_bytes()
    assert old in before
    stream.write(before.replace(old, new))


def fonts_of(pdf):
    """Every font of the file, once."""
    return list({f.objgen: f for page in pdf.pages for f in page.Resources.Font.values()}.values())


def base_name(font):
    """A font's name without the six letters that mark a cut one."""
    return str(font.BaseFont)[8:]


def block(pdf, words, number=0):
    """The leaves of a block of the structure tree: the first with these words, or a later one."""
    return [inside for _tag, text, inside in blocks(pdf.Root.StructTreeRoot) if text == words][number]


def silence(pdf, words, number=0):
    """Take the words of a block out of the structure, as if the template had left it out."""
    for leaf in block(pdf, words, number):
        leaf.ActualText = pikepdf.String("")


def undraw(pdf, words, numbers=(0, 1)):
    """Take what is drawn for a block off the page, and leave the structure as it is."""
    for number in numbers:
        inside = block(pdf, words, number)
        gone = {int(k) for leaf in inside for k in kids(leaf)}
        at = inside[0].get("/Pg", inside[0].P.get("/Pg")).objgen
        page = next(p for p in pdf.pages if p.objgen == at)
        out, mark = [], None
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "BDC":
                mark = int(operands[1].get("/MCID", -1))
            if str(operator) != "TJ" or mark not in gone:
                out.append((operands, operator))
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(out))
