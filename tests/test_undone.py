"""An edit that is undone: the build knows the leaflet from before, but what lies in the folder is from in between."""

from __future__ import annotations

import hashlib
import json

import pytest

from leafletkit import cli

from .conftest import TODAY
from .test_cli import PO


@pytest.mark.full
def test_what_an_earlier_build_made_is_not_taken_from_what_the_last_one_left(small, tmp_path):
    """Without Polish, the English page has no link to it. Once Polish is back, so must be the link, and the manifest must be right."""
    out, po = tmp_path / "out", small / PO
    good = po.read_text("utf-8")

    def build():
        code = cli.main(["build", "--project", str(small), "--format", "web", "--out", str(out), "--jobs", "1", "--cache", str(tmp_path / "cache")], today=TODAY)
        manifest = json.loads((out / "manifest.json").read_text())
        rows = [row for e in manifest["editions"] for f in e["formats"].values() if f["state"] == "made" for row in f["files"]]
        assert [r["path"] for r in (*rows, *manifest["assets"]) if hashlib.sha256((out / r["path"]).read_bytes()).hexdigest() != r["sha256"]] == []
        return code, (out / "clean-hands/en-GB/index.html").read_bytes()

    first = build()
    po.write_text(good + '\nmsgid "half', "utf-8")
    code, without = build()
    assert code == 1 and without != first[1]
    po.write_text(good, "utf-8")
    assert build() == first
