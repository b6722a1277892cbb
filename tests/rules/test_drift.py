"""How far a workflow has moved from what was approved."""

import json

from hypothesis import given
from hypothesis import strategies as st

from registry.drift import Change, Difference, Part, differences, read, written
from registry.kernel.documents.canonical import canonical
from registry.reports.pipeline import in_shell

SHORT = st.text("ab ", min_size=0, max_size=2)
PARTS = st.lists(
    st.builds(Part, st.sampled_from(["MODEL", "PROMPT"]), st.text("abc", min_size=1, max_size=1), SHORT, SHORT),
    unique_by=lambda part: (part.kind, part.name),
)
OPPOSITE = {Change.ADDED: Change.REMOVED, Change.REMOVED: Change.ADDED}


@given(PARTS)
def test_nothing_drifts_from_itself(parts: list[Part]) -> None:
    assert differences(parts, parts) == ()


@given(PARTS, PARTS)
def test_as_much_differs_one_way_as_the_other(one: list[Part], other: list[Part]) -> None:
    turned = [
        Difference(row.kind, row.name, OPPOSITE.get(row.change, row.change), row.new, row.old)
        for row in differences(other, one)
    ]
    assert list(differences(one, other)) == turned


@given(PARTS, PARTS, st.randoms(use_true_random=False))
def test_the_order_of_surfaces_does_not_matter(one: list[Part], other: list[Part], chance: object) -> None:
    shuffled = sorted(one, key=lambda _part: chance.random())  # type: ignore[attr-defined]
    assert differences(shuffled, other) == differences(one, other)
    assert canonical({"surfaces": written(shuffled)}) == canonical({"surfaces": written(one)})


@given(PARTS)
def test_what_is_written_is_read_back(parts: list[Part]) -> None:
    assert list(read({"surfaces": written(parts)})) == sorted(parts)


def test_each_kind_of_change_is_named() -> None:
    approved = [Part("MODEL", "a", "1"), Part("MODEL", "b", "1", "x"), Part("MODEL", "c", "1")]
    current = [Part("MODEL", "a", "2"), Part("MODEL", "b", "1", "y"), Part("MODEL", "d", "1")]
    assert [(row.name, row.change) for row in differences(approved, current)] == [
        ("a", Change.VERSION),
        ("b", Change.DIGEST),
        ("c", Change.REMOVED),
        ("d", Change.ADDED),
    ]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_name_in_a_snippet_is_data_to_shell_and_json_alike(name: str) -> None:
    told = in_shell(name)
    assert json.loads(f'"{told}"') == name
    assert not set(told) & set('$`"{}')
