"""Fixtures: the finished files of the small project, a copy to break, and `prove` itself."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from leafletkit import cli, pipeline, proving, record
from leafletkit.model import Edition
from leafletkit.project import load
from leafletkit.proof import resynthesis
from leafletkit.script import script
from leafletkit.speech import RATE, Speaker
from leafletkit.voices import Voice

from ..conftest import TODAY, small_project
from .support import PL, Prove, Said

real_speak = resynthesis.speak_all
real_proof = proving.perform_proof
_made: list[Path] = []
_voices: dict[str, Voice] = {}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small project ("project") and its finished files in all formats ("dist").

    It is never changed, so once a process will do.
    """
    if not _made:
        folder = tmp_path_factory.mktemp("made")
        small_project(folder / "project")
        options = ["--out", str(folder / "dist"), "--jobs", "2"]
        assert cli.main(["build", "--project", str(folder / "project"), *options], today=TODAY) == 0
        _made.append(folder)
    return _made[0]


@pytest.fixture
def dist(made: Path, tmp_path: Path) -> Path:
    """A copy of the finished files, to be broken."""
    return Path(shutil.copytree(made / "dist", tmp_path / "published"))


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """A copy of the project that they were made from."""
    return Path(shutil.copytree(made / "project", tmp_path / "project"))


@pytest.fixture(scope="module")
def polish(made: Path) -> Edition:
    return record.from_text((made / "dist/clean-hands/record.json").read_text("utf-8")).editions[PL]


@lru_cache(maxsize=64)
def spoken(texts: tuple[str, ...], name: str, slow: bool) -> Mapping[str, Any]:
    """What the engine says, kept: each proof would let it say the same again."""
    return real_speak(_voices[name], Path(), texts, slow=slow)


_proofs: dict[str, proving.Proved] = {}


def kept_proof(job: proving.ProofJob) -> proving.Proved:
    """A proof of one file, kept: most tests change one file of many. Any other byte of the file, of those beside it or of
    the edition, another name or voice, is another proof; and none is kept where a test has put another engine in place."""
    if not hasattr(resynthesis.speak_all, "keeps"):
        return real_proof(job)
    rest = repr(replace(job, data=b"", more=()))
    key = sha256(b"\0".join(sha256(part).digest() for part in (rest.encode("utf-8", "surrogatepass"), job.data, *job.more))).hexdigest()
    if key not in _proofs:
        _proofs[key] = real_proof(job)
    return _proofs[key]


@pytest.fixture
def prove(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Prove:
    """Prove a folder in this process. No traceback may reach the screen, and exit codes and findings must agree."""

    def speak_all(voice: Voice, root: Path, texts: Sequence[str], *, slow: bool) -> Mapping[str, Any]:
        name = f"{voice.name} {voice.rate} {voice.slow}"
        _voices[name] = voice
        return spoken(tuple(texts), name, slow)

    speak_all.keeps = True  # type: ignore[attr-defined]
    monkeypatch.setattr(resynthesis, "speak_all", speak_all)
    monkeypatch.setattr(proving, "perform_proof", kept_proof)

    def call(folder: Path, *options: str | Path, today: date = TODAY) -> Said:
        if "--jobs" in options:  # other processes do the real thing
            monkeypatch.setattr(proving, "perform_proof", real_proof)
        capsys.readouterr()
        code = cli.main(["prove", str(folder), "--jobs", "1", *map(str, options)], today=today)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err and "fault of the toolkit" not in out + err, err[-2000:]
        found = re.findall(r"^(.*?): withheld: .*? \[([a-z-]+)\]$", out, re.MULTILINE | re.DOTALL)
        if code in (0, 1):
            assert bool(code) == bool(found), out
            assert re.search(r"^(\d+) files read back, \d+ warnings found in them; (\d+) faults\.$", out, re.MULTILINE)
            assert not err
        return Said(code, [(name, path.rpartition("\n")[2]) for path, name in found], out + err)

    return call


@pytest.fixture(scope="module")
def by_a_person(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Finished files (page and audio) where a person reads the Polish leaflet; a voice stands in for the person."""
    folder = tmp_path_factory.mktemp("person")
    project = Path(shutil.copytree(made / "project", folder / "project"))
    edition = pipeline.check(load(project), pipeline.Selection(languages=("pl",)), TODAY).editions["clean-hands", "pl"]
    takes = project / "audio/recordings/pl/clean-hands"
    takes.mkdir(parents=True)
    parts = {s.take: s for s in script(edition, synthetic=False)}
    with Speaker() as speaker:
        voice = load(project).voices["pl"]
        for take, part in parts.items():
            soundfile.write(takes / f"{take}.wav", np.asarray(speaker.speak(part.text, voice.name, 200)), RATE)
    rows = [f'"{take}" = "{part.words_hash}"' for take, part in parts.items()]
    (takes / "recordings.toml").write_text('reader = "A. Nowak"\n[words]\n' + "\n".join(rows) + "\n")
    options = ["--language", "pl", "--format", "web", "--format", "audio", "--jobs", "1"]
    assert cli.main(["build", "--project", str(project), *options, "--out", str(folder / "dist")], today=TODAY) == 0
    yield folder
