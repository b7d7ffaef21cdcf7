"""What is shown after each build: the newest of what was made, the last good files of what was withheld."""

from __future__ import annotations

from leafletkit.preview_state import State, View, after_build, news, next_view

from .support import FINDING, edition, manifest, page

PL, EN = "hands/pl/index.html", "hands/en-GB/index.html"
FONT = {"assets/fonts/pl.woff2": b"letters", "languages/pl.html": page("list")}


def made(words="old", english="English", shared=None):
    rows = [edition("hands", "en-GB", {"web": {EN: page(english)}}), edition("hands", "pl", {"web": {PL: page(words)}})]
    return manifest(rows, {"index.html": page("index"), **(FONT if shared is None else shared)})


def withheld(english="English"):
    return manifest([edition("hands", "en-GB", {"web": {EN: page(english)}}), edition("hands", "pl", None)], {"index.html": page("index without pl")})


def after(*manifests):
    state = State()
    for number, found in enumerate(manifests):
        problems = [p for rows in next_view(state.view, found, "").kept.values() for p in rows]
        state = after_build(state, next_view(state.view, found, f"12:00:0{number}"), problems)
    return state


def test_a_withheld_edition_stays_in_view_with_what_it_needs():
    state = after(made(), withheld("new English"))
    files = after(made()).view.files
    assert state.view.files[PL] == files[PL] and state.view.files["assets/fonts/pl.woff2"] == files["assets/fonts/pl.woff2"]
    assert state.view.files[EN] != files[EN] and state.view.files["index.html"] != files["index.html"]


def test_the_kept_page_is_said_to_be_old_and_why():
    told = news(after(made(), withheld()), PL, 1)
    assert told["there"] and told["old"] and told["made"] == "12:00:00"
    (row,) = told["problems"]
    assert row["where"] == f"{FINDING['path']}:7" and row["message"] == FINDING["message"] and row["hint"] == FINDING["hint"]
    assert PL not in told["changed"]


def test_the_kept_list_of_a_language_is_old_too():
    told = news(after(made(), withheld()), "languages/pl.html", 1)
    assert told["old"] and told["count"] == 1


def test_other_pages_are_the_newest_and_hear_of_it():
    told = news(after(made(), withheld("new English")), EN, 1)
    assert not told["old"] and not told["problems"] and told["elsewhere_count"] == 1 and EN in told["changed"]


def test_once_mended_nothing_is_old():
    state = after(made(), withheld(), made("new"))
    assert not state.view.kept and not state.view.left
    told = news(state, PL, 2)
    assert not told["old"] and not told["problems"] and PL in told["changed"]


def test_an_edition_that_is_withheld_twice_is_kept_twice():
    assert after(made(), withheld(), withheld("newer")).view.files[PL] == after(made()).view.files[PL]


def test_a_leaflet_that_is_gone_is_not_kept():
    """Nobody withholds it: it is not asked for any more."""
    gone = manifest([edition("hands", "en-GB", {"web": {EN: page("English")}})], {"index.html": page("index")})
    state = after(made(), gone)
    assert PL not in state.view.files and PL in news(state, PL, 1)["changed"]


def test_a_format_that_a_voice_does_not_have_is_not_kept():
    found = made()
    found["editions"][1]["formats"]["web"] = {"state": "unavailable", "reasons": []}
    assert PL not in after(made(), found).view.files


def test_a_page_that_was_never_made_says_why():
    told = news(after(withheld()), PL, 1)
    assert not told["there"] and told["count"] == 1 and told["problems"][0]["code"] == "string-empty"


def test_a_failure_makes_every_page_old():
    problem = next(iter(after(made(), withheld()).view.kept.values()))
    state = State(view=after(made()).view, failure=problem, problems=problem)
    for path in (PL, EN, "index.html"):
        told = news(state, path, 0)
        assert told["old"] and told["problems"] and not told["elsewhere"]


def test_a_page_hears_of_all_builds_that_it_missed():
    state = after(made(), made("second"), made("second", "new English"))
    assert set(news(state, PL, 1)["changed"]) == {PL, EN} and news(state, PL, 2)["changed"] == [EN] and news(state, PL, 3)["changed"] == []


def test_a_page_of_another_server_hears_that_nobody_knows():
    state = after(made())
    assert news(state, PL, None)["changed"] is None and news(state, PL, 7)["changed"] is None


def test_builds_long_past_are_forgotten():
    state = State(view=View())
    for number in range(150):
        state = after_build(state, next_view(state.view, made(str(number)), ""), ())
    assert news(state, PL, 149)["changed"] == [PL] and news(state, PL, 1)["changed"] is None


def test_the_panel_shows_some_findings_and_counts_all():
    many = tuple({**FINDING, "line": n} for n in range(50))
    found = withheld()
    found["editions"][1]["formats"]["web"]["reasons"] = list(many)
    told = news(after(made(), found), PL, 1)
    assert len(told["problems"]) == 20 and told["count"] == 50


def test_signs_that_nobody_sees_are_made_visible():
    """A mark that turns the direction of writing would turn the panel, too."""
    found = withheld()
    found["editions"][1]["formats"]["web"]["reasons"] = [{**FINDING, "message": "a\u202eb"}]
    assert "\u202e" not in news(after(made(), found), PL, 1)["problems"][0]["message"]
