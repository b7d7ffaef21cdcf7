"""The file of sign-offs: what is written is read back, and no name can break it."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leafletkit.signoffs import Decision, entry, has_name, read_signoffs
from leafletkit.words_hash import words_hash

from ..conftest import TODAY
from ..signoff_support import SIGNOFF, look, name_translator, sign
from .support import CLINICAL, texts

decisions = st.builds(
    Decision,
    decision=st.sampled_from(["approved", "withdrawn"]),
    criterion=st.sampled_from(["linguistic", "clinical", "heard"]),
    name=texts.filter(has_name),
    role=texts,
    date=st.dates(max_value=TODAY),
    words=st.dictionaries(texts, st.text("0123456789abcdef", min_size=32, max_size=32), min_size=1, max_size=3),
    note=st.one_of(st.just(""), texts),
)


@given(st.lists(decisions, max_size=4))
def test_what_is_appended_is_read_back_equal(rows):
    """Quotes, backslashes, line ends and any other character of a name survive."""
    text = "# Sign-offs\n" + "".join(entry(row) for row in rows)
    assert read_signoffs(text, "x.toml", "x", "pl", TODAY) == (tuple(rows), ())


NAMES = ['Ada "the Doc" Example', "Ada\\Example\\", "Ada\n[[decision]]", "آدا مثال", "Ада Иванова", "d'Été-Ōno", "李小明",
         'x"\n[decision.words]\n"why" = "', "a\x7f\x01b", "\u202eelpmaxE adA", "Ada\u2028Example",
         "Ada\x85Example"]  # fmt: skip


@pytest.mark.full  # slow
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_name_can_sign_through_the_verb(small, name, capsys):
    """No name can break the file, or add a decision to it."""
    name_translator(small)
    assert sign(small, "clinical", name=name, role=name) == 0
    data = tomllib.loads((small / SIGNOFF).read_text("utf-8"))
    assert [(d["name"], d["role"]) for d in data["decision"]] == [(name, name)]
    assert set(data["decision"][0]["words"]) == CLINICAL
    assert not look(small).findings
    assert sign(small, "linguistic", name=name, role=name) == 0
    assert not look(small).findings


@given(st.text(), st.text(), st.text(), st.text(), st.text(), st.text())
def test_the_hash_changes_with_each_part(context, source, target, context2, source2, target2):
    """Place, English and translation can't stand in for each other."""
    same = (context, source, target) == (context2, source2, target2)
    if not any("\x1f" in part for part in (context, source, target, context2, source2, target2)):
        assert (words_hash(context, source, target) == words_hash(context2, source2, target2)) == same
