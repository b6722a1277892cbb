"""Templates of messages: data only, whatever is typed into them or filled in."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.message_templates import DEFAULT_TEMPLATES, PLACEHOLDERS, filled, gap, gaps, problems, templates_of

TEXTS = st.text(alphabet="ab{}[… ]<&%\n", max_size=40)
VALUES = st.dictionaries(st.sampled_from(list(PLACEHOLDERS)), TEXTS, max_size=4)


@given(st.text(max_size=60) | TEXTS, VALUES)
def test_without_placeholders_a_text_stays_as_it_is(text: str, values: dict[str, str]) -> None:
    plain = text.replace("{", "").replace("}", "")
    assert filled(plain, values) == plain


@given(st.sampled_from(list(PLACEHOLDERS)), st.sampled_from(list(PLACEHOLDERS)))
def test_a_value_is_never_read_as_a_template(name: str, other: str) -> None:
    assert filled(f"So: {{{name}}}.", {other: "wrong", name: f"{{{other}}}"}) == f"So: {{{other}}}."


@given(VALUES)
def test_what_is_not_known_stays_a_gap_and_what_is_known_leaves_none(values: dict[str, str]) -> None:
    known = {name: value for name, value in values.items() if value.strip("[… ]\n") and "[" not in value}
    for template in templates_of(DEFAULT_TEMPLATES):
        wanted = {name for name in PLACEHOLDERS if f"{{{name}}}" in template.text and name not in known}
        assert set(gaps(filled(template.text, known))) == {gap(name) for name in wanted}


def test_the_shipped_templates_are_sound() -> None:
    assert list(problems(copy.deepcopy(dict(DEFAULT_TEMPLATES)))) == []


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("text", "Dear {customer}", "There is no placeholder {customer}. Known are: {workflow}"),
        ("text", "Dear {workflow", "A brace stands alone"),
        ("text", "{workflow.__class__}", "no placeholder"),
        ("subject", " ", "at most 200"),
        ("occasion", "PARTY", "Choose the occasion"),
        ("audience", 7, "Choose who is told"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(field: str, value: Any, says: str) -> None:
    definition = copy.deepcopy(dict(DEFAULT_TEMPLATES))
    definition["templates"][1][field] = value
    (problem,) = problems(definition)
    assert problem.place == ("templates", 1, field)
    assert says in problem.text


def test_one_template_for_each_audience_and_occasion() -> None:
    rows = [*DEFAULT_TEMPLATES["templates"], DEFAULT_TEMPLATES["templates"][0]]
    (problem,) = problems({"templates": rows})
    assert problem.place == ("templates", len(rows) - 1, "occasion")
