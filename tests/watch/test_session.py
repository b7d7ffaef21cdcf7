"""The loop: what is built after which edit, and what is shown, said and kept. Clock, watcher and builder are the test's own."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from leafletkit import cli
from leafletkit.checking import Selection
from leafletkit.preview_state import Problem, news
from leafletkit.preview_store import Board, Store
from leafletkit.watch import Result, Session, looks, pages_only, rebuilder

from ..conftest import TODAY
from ..test_cli import PO, drop_warning, replace
from .support import edition, manifest, page, publish

PL = "hands/pl/index.html"
BROKEN = Problem("locales/pl/LC_MESSAGES/hands.po:7", "it is broken", "mend it", "hands, pl", "catalogue-broken")


@dataclass
class Table:
    """A project folder, a builder that is told what to make, and what it was asked."""

    root: Path
    session: Session = field(init=False)
    said: list[str] = field(default_factory=list)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    results: list[object] = field(default_factory=list)

    def __post_init__(self):
        (self.root / "locales").mkdir(parents=True)
        (self.root / "locales/hands.po").write_text("0")
        store = self.root.parent / "store"
        store.mkdir()
        self.clock = iter(range(1000))
        self.session = Session(
            self.root, self.root / "preview", self.rebuild, Board(), Store(store), self.said.append, threading.Event(),
            clock=lambda: next(self.clock), now=lambda: "12:00:00",
        )  # fmt: skip

    def rebuild(self, touched):
        self.asked.append(tuple(touched))
        step = self.results.pop(0)
        return step() if callable(step) else step

    def make(self, words):
        """A build that makes one page of these words; None withholds it."""

        def done():
            files = {PL: page(words or "")}
            found = manifest([edition("hands", "pl", {"web": files} if words else None)], {"index.html": page(f"list {words}")})
            publish(self.root / "preview", found, files if words else {}, {"index.html": page(f"list {words}")})
            return Result() if words else Result((BROKEN,))

        return done

    def save(self, text):
        (self.root / "locales/hands.po").write_text(text)

    def run(self, *edits):
        def looks():
            for edit in edits:
                edit()
                yield
            yield

        self.session.run(looks())
        assert not self.results, "each build that was planned was asked for"
        return self.session.board.state

    def shown(self):
        sha = self.session.board.state.view.files.get(PL)
        return self.session.store.path(sha).read_text() if sha else None


@pytest.fixture
def table(tmp_path):
    return Table(tmp_path / "project")


def test_it_builds_first_and_after_each_edit(table):
    table.results = [table.make("one"), table.make("two")]
    state = table.run(lambda: None, lambda: table.save("1"), lambda: None)
    assert table.asked == [(), ("locales/hands.po",)] and state.build == 2 and "two" in table.shown()
    assert "12:00:00  changed: locales/hands.po" in table.said
    assert any("made again: hands/pl/index.html" in row for row in table.said)


def test_a_build_without_a_change_says_so(table):
    table.results = [table.make("one"), table.make("one")]
    table.run(lambda: table.save("1"))
    assert any("no page has changed (" in row for row in table.said)


def test_the_time_is_that_from_the_edit_to_the_page(table):
    table.results = [table.make("one"), table.make("two")]
    table.run(lambda: table.save("1"))
    assert table.said[-1].endswith("(1.00 s)")


@pytest.mark.parametrize("wrong", [Result((BROKEN,), failed=True)])
def test_after_a_failure_everything_stays(table, wrong):
    table.results = [table.make("one"), wrong]
    state = table.run(lambda: table.save("1"))
    assert "one" in table.shown() and state.build == 1 and not state.busy
    told = news(state, PL, 1)
    assert told["old"] and told["changed"] == [] and told["problems"][0]["where"] == BROKEN.where
    assert any(BROKEN.where in row for row in table.said) and any("mend it" in row for row in table.said)


def test_what_is_withheld_stays_in_view_but_not_on_the_disk(table):
    table.results = [table.make("one"), table.make(None)]
    state = table.run(lambda: table.save("1"))
    assert "one" in table.shown() and PL in {p for rows in (state.view.units[u] for u in state.view.kept) for p in rows}
    assert any("the last good pages stay in view: hands pl" in row for row in table.said)


def test_mended_it_is_as_if_nothing_had_been(table):
    table.results = [table.make("one"), Result((BROKEN,), failed=True), table.make(None), table.make("two")]
    state = table.run(*(lambda n=n: table.save(str(n)) for n in (1, 2, 3)))
    assert "two" in table.shown() and not news(state, PL, 1)["old"] and not state.problems


def test_an_edit_while_it_builds_is_built_next(table):
    def slow():
        table.save("while it builds")
        return table.make("two")()

    table.results = [table.make("one"), slow, table.make("three")]
    table.run(lambda: table.save("1"))
    assert "three" in table.shown()


def test_what_was_found_in_half_a_file_is_never_shown(table):
    """The file was saved on while it was read: the alarm would be about words that nobody has written."""
    shown = []

    def half():
        table.save("whole now")
        return Result((BROKEN,), failed=True)

    def again():
        shown.append(table.session.board.state)
        return table.make("two")()

    table.results = [table.make("one"), half, again]
    table.run(lambda: table.save("1"))
    assert not shown[0].failure and "two" in table.shown()


def test_who_saves_without_a_pause_hears_of_it_all_the_same(table):
    def half(text):
        def done():
            table.save(text)
            return Result((BROKEN,), failed=True)

        return done

    states = []
    table.results = [table.make("one"), half("a"), half("b"), lambda: (states.append(table.session.board.state), table.make("two")())[1]]
    table.run(lambda: table.save("1"))
    assert states[0].failure == (BROKEN,)


def test_a_folder_that_somebody_else_replaced_is_not_shown(table):
    def meddled():
        result = table.make("two")()
        (table.root / "preview" / PL).write_bytes(b"another run")
        return result

    table.results = [table.make("one"), meddled]
    state = table.run(lambda: table.save("1"))
    assert "one" in table.shown() and "not the file that was proved" in state.failure[0].message


def test_an_earlier_preview_is_shown_while_the_first_is_made(table):
    table.make("of yesterday")()
    seen = []
    table.results = [lambda: (seen.append(table.shown()), table.make("one")())[1]]
    table.session.resume()
    table.run()
    assert "of yesterday" in seen[0] and "one" in table.shown()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"editions": 1, "assets": []}'])
def test_an_earlier_preview_that_can_not_be_read_is_not_shown(table, text):
    table.make("of yesterday")()
    (table.root / "preview/manifest.json").write_text(text)
    table.session.resume()
    assert table.shown() is None


def test_pages_unless_other_formats_are_asked_for():
    assert pages_only(Selection(), ("web", "easy-read", "audio")).formats == ("web", "easy-read")
    assert pages_only(Selection(), ("web", "audio")).formats == ("web",)
    assert pages_only(Selection(), ("audio",)).formats == ("web", "easy-read")
    assert pages_only(Selection(formats=("audio",)), ("web",)).formats == ("audio",)


# -- when to look


def test_where_the_system_can_not_tell_of_changes_it_looks_often(table, monkeypatch):
    """As when all places to watch are taken by other programs."""

    def full(_root, _stop):
        raise OSError("OS file watch limit reached")
        yield

    monkeypatch.setattr("leafletkit.watch.events", full)
    found = looks(table.root, table.session.stop, table.said.append, poll=False)
    next(found)
    assert "OS file watch limit reached" in table.said[0] and "four times a second" in table.said[0]
    table.session.stop.set()
    assert list(found) == []


# -- the command line


@pytest.mark.parametrize(
    ("options", "words"),
    [(["--port", "8000"], "--port and --poll are for --watch"), (["--poll"], "--port and --poll are for --watch"),
     (["--watch", "--release"], "--watch shows drafts"), (["--watch", "--language", "tlh"], "there is no language"), (["--watch", "--port", "70000"], "port 70000 can't be used")],
)  # fmt: skip
def test_what_does_not_fit_is_an_error_of_usage(small, capsys, options, words):
    assert cli.main(["build", "--project", str(small), *options], today=TODAY) == cli.USAGE
    assert words in capsys.readouterr().err and not (small / "preview").exists()


# -- the real builder


@pytest.fixture
def rebuild(small, tmp_path):
    selection = pages_only(Selection(), ("web", "easy-read"))
    return rebuilder(small, selection, tmp_path / "preview", 1, lambda: TODAY, tmp_path / "cache")


@pytest.mark.full
def test_the_builder_says_what_it_says_once(rebuild, small, capsys):
    assert rebuild(()) == Result()
    assert "clean-hands/pl/index.html" in capsys.readouterr().out
    line = drop_warning(small)
    result = rebuild((PO,))
    assert not result.failed and [(p.where, p.code) for p in result.problems] == [(f"{PO}:{line}", "string-empty")]
    assert capsys.readouterr().out == ""


def spoil(root, name, text):
    (root / name).write_text(text)


@pytest.mark.full
@pytest.mark.parametrize(
    ("spoilt", "where", "words"),
    [
        (lambda r: spoil(r, "project.toml", "publisher = "), "project.toml:1", ""),
        (lambda r: (r / "project.toml").unlink(), "", "there is no project.toml"),
        (lambda r: spoil(r, "styles/templates/index.html", "\n{% if %}"), "styles/templates/index.html:2", "the template can’t be read"),
        (lambda r: spoil(r, "styles/templates/index.html", "{{ nobody }}"), "styles/templates", "'nobody' is undefined"),
        (lambda r: (r / "styles/icon.svg").unlink(), "", "icon.svg can't be read: No such file"),
    ],
    ids=["settings", "no settings", "template", "name in a template", "file gone"],
)  # fmt: skip
def test_whatever_stops_a_build_is_a_problem_in_words(rebuild, small, tmp_path, spoilt, where, words):
    rebuild(())
    before = (tmp_path / "preview/manifest.json").read_bytes()
    spoilt(small)
    result = rebuild(("styles/x",))
    assert result.failed and result.problems[0].where == where and words in result.problems[0].message
    assert (tmp_path / "preview/manifest.json").read_bytes() == before


@pytest.mark.full
def test_a_fault_of_the_toolkit_does_not_end_it(rebuild, monkeypatch, capsys):
    rebuild(())
    monkeypatch.setattr("leafletkit.building.make", lambda *_a, **_k: 1 / 0)
    result = rebuild((PO,))
    assert result.failed and "ZeroDivisionError" in result.problems[0].message and "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.full
def test_a_font_that_is_put_into_the_project_is_used(rebuild, small, tmp_path):
    """The process stays: what it knows of fonts must not."""
    from leafletkit import fonts

    rebuild(())
    file = "Andika-Regular.ttf"
    installed = fonts.locate(file)
    (small / "fonts").mkdir()
    (small / "fonts" / file).write_bytes(installed.read_bytes())
    rebuild((f"fonts/{file}",))
    assert fonts.locate(file) == small / "fonts" / file
    (small / "fonts" / file).unlink()
    rebuild((f"fonts/{file}",))
    assert fonts.locate(file) == installed


@pytest.mark.full
def test_a_whole_session_with_the_real_builder(small, tmp_path):
    (tmp_path / "store").mkdir()
    out, said = tmp_path / "preview", []
    selection = pages_only(Selection(), ("web", "easy-read"))
    session = Session(small, out, rebuilder(small, selection, out, 1, lambda: TODAY, tmp_path / "cache"), Board(), Store(tmp_path / "store"), said.append, threading.Event())
    title, path = "clean-hands/pl/index.html", small / PO

    def shown():
        return session.store.path(session.board.state.view.files[title]).read_text("utf-8")

    seen = []

    def steps():
        seen.append(shown())
        replace(path, "Czyste ręce na oddziale", "Czyste dłonie na oddziale")
        yield
        seen.append(shown())
        drop_warning(small)
        yield
        seen.append(shown())

    session.run(steps())
    assert "Czyste dłonie" not in seen[0] and "Czyste dłonie" in seen[1] and seen[2] == seen[1]
    # The folder on the disk is what a build makes: the edition that lacks a warning is not in it.
    assert not (out / title).exists() and (out / "clean-hands/en-GB/index.html").exists()
