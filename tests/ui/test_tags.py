"""What the template tags write."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

HASH = "9f2c41" + "a" * 54 + "e07a"
ALLOWED = SimpleNamespace(allowed=True, reason="")
REFUSED = SimpleNamespace(allowed=False, reason="Only risk staff may <do> this.")


@dataclass
class Somebody:
    name: str


class Sample(forms.Form):
    title = forms.CharField(label="Title", help_text="Short & plain.")
    note = forms.CharField(label="Note", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")], widget=forms.RadioSelect)


def written(source: str, address: str = "/", **context: Any) -> str:
    request = RequestFactory().get(address)
    return Template(source).render(Context({"request": request, **context}))


def test_icon_is_silent_without_a_label_and_an_image_with_one() -> None:
    assert 'aria-hidden="true"' in written('{% icon "pin" %}')
    assert 'role="img" aria-label="Pinned"' in written('{% icon "pin" label="Pinned" %}')


@pytest.mark.parametrize(
    ("value", "css", "word"),
    [
        ("SEV-1", "sev1", "SEV-1"),
        ("SEV_2", "sev2", "SEV-2"),
        ("NEAR_MISS", "sev4", "Near miss"),
        ("QUALITY_ISSUE", "sev4", "Quality issue"),
        (None, "sev4", "Not classified"),
    ],
)
def test_severity_says_its_word_and_shows_its_shape(value: str | None, css: str, word: str) -> None:
    badge = written("{% severity v %}", v=value)
    assert css in badge
    assert word in badge
    assert "<svg" in badge


@pytest.mark.parametrize(("value", "lit"), [("T1", 4), ("T2", 3), ("T3", 2), ("T4", 1), (None, 0)])
def test_tier_lights_more_bars_the_more_critical_it_is(value: str | None, lit: int) -> None:
    badge = written("{% tier v %}", v=value)
    assert badge.count("<rect") - badge.count('class="off"') == lit


def test_a_missing_tier_says_so() -> None:
    assert "Not tiered" in written("{% tier None %}")


def test_person_shows_initials_of_first_and_last_name() -> None:
    mark = written("{% person p %}", p=Somebody("Ana Maria da Silva"))
    assert ">AS<" in mark
    assert "Ana Maria da Silva" in mark


def test_nobody_is_flagged_as_an_orphan() -> None:
    assert "orphan" in written("{% person None %}")
    assert "Not assigned" in written('{% person None missing="Not assigned" %}')


def test_names_are_escaped() -> None:
    assert "<script>" not in written("{% person p %}", p=Somebody("<script>x</script> Y"))


def test_meter_draws_every_gate_once_and_says_how_many_are_blocked() -> None:
    mark = written("{% meter 5 9 2 1 %}")
    assert mark.count("<rect") == 9
    assert mark.count('class="b"') == 2
    assert mark.count('class="g"') == 1
    assert "2 blocked" in mark


def test_moment_is_absolute_with_its_zone() -> None:
    mark = written("{% moment t %}", t=datetime(2026, 11, 20, 2, 41, tzinfo=UTC))
    assert ">20 Nov 2026, 02:41 UTC</time>" in mark
    assert 'datetime="2026-11-20T02:41:00+00:00"' in mark


def test_ago_looks_back_and_ahead() -> None:
    now = timezone.now()
    assert "3 hours ago" in plain(written("{% ago t %}", t=now - timedelta(hours=3, minutes=1)))
    assert "in 2 days" in plain(written("{% ago t %}", t=now + timedelta(days=2, minutes=1)))
    assert "just now" in written("{% ago t %}", t=now)


@pytest.mark.parametrize("tag", ["moment", "ago", "day", "filesize", "shorthash"])
def test_no_value_is_a_dash_to_the_eye_and_a_word_to_the_ear(tag: str) -> None:
    mark = written("{% " + tag + " None %}")
    assert "–" in mark
    assert "none" in mark


def test_due_tells_overdue_from_soon_from_later() -> None:
    today = timezone.localdate()
    assert "12 days overdue" in written("{% due d %}", d=today - timedelta(days=12))
    assert "in 1 day<" in written("{% due d %}", d=today + timedelta(days=1))
    assert "state" not in written("{% due d %}", d=today + timedelta(days=90))
    assert "Not set" in written("{% due None %}")


def test_what_is_done_is_never_overdue() -> None:
    assert "overdue" not in written("{% due d done=True %}", d=date(2020, 1, 1))


def test_shorthash_keeps_the_whole_hash_for_copying() -> None:
    mark = written("{% shorthash h %}", h=HASH)
    assert "9f2c41aaaaaa…e07a" in mark
    assert f'data-copy="{HASH}"' in mark


def test_diff_of_short_values_shows_both() -> None:
    mark = written('{% diff "0.92" "0.85" %}')
    assert "0.92</del>" in mark
    assert "0.85</ins>" in mark


def test_diff_of_long_text_keeps_the_unchanged_words_once() -> None:
    old = "The assistant sorts new property claims into pay, decline or refer, then drafts the letter to the customer."
    mark = written("{% diff a b %}", a=old, b=old.replace("decline", "hold"))
    assert mark.count("The assistant sorts") == 1
    assert "decline</del>" in mark
    assert "hold</ins>" in mark


def test_diff_escapes_what_was_typed() -> None:
    assert "<b>" not in written("{% diff a b %}", a="<b>old", b="<b>new " * 30)


def test_diff_of_equal_values_marks_nothing() -> None:
    assert written('{% diff "same" "same" %}') == "same"


def test_query_with_replaces_and_removes() -> None:
    mark = written('{% query_with request.GET sort="name" page=None %}', "/?q=x&page=4&sort=-name")
    assert QueryDict(mark.replace("&amp;", "&").lstrip("?")) == QueryDict("q=x&sort=name")


def test_query_without_removes_one_value_and_returns_to_the_first_page() -> None:
    assert written('{% query_without request.GET "tier" "T1" %}', "/?tier=T1&tier=T2&page=3") == "?tier=T2"


def test_hidden_query_carries_every_other_parameter() -> None:
    mark = written('{% hidden_query request.GET "q" %}', "/?q=x&tier=T1&tier=T2")
    assert mark.count("<input") == 2
    assert 'name="q"' not in mark


def test_sort_header_turns_the_order_round() -> None:
    mark = written('{% sort_header "name" "Workflow" %}', "/?sort=name&page=2")
    assert 'aria-sort="ascending"' in mark
    assert 'href="?sort=-name"' in mark


def test_pager_links_to_its_neighbours_with_the_filters_kept() -> None:
    mark = written("{% pager p %}", "/?q=x&page=3", p=Paginator(range(2133), 50).page(3))
    assert "101–150 of 2,133" in mark
    assert 'href="?q=x&amp;page=2" rel="prev"' in mark
    assert 'href="?q=x&amp;page=4" rel="next"' in mark


def facet_options() -> Iterable[dict[str, object]]:
    return [{"value": f"u{n}", "label": f"Unit {n}", "count": 10 - n, "is_selected": n == 9} for n in range(10)]


def test_facet_folds_the_tail_but_opens_it_when_something_there_is_chosen() -> None:
    mark = written('{% facet "unit" "Unit" options %}', options=facet_options())
    assert mark.count('type="checkbox"') == 10
    assert "<details" in mark
    assert " open>" in mark


def test_markdown_shows_scripts_as_text_and_drops_dangerous_links() -> None:
    mark = written(
        "{{ t|markdown }}", t="<script>x</script> [a](javascript:alert(1)) ![i](http://x/y.png) [b](https://b.c)"
    )
    assert "<script>" not in mark
    assert 'href="javascript' not in mark
    assert "<img" not in mark
    assert 'href="https://b.c" rel="noopener noreferrer"' in mark


def test_markdown_headings_stay_out_of_the_outline_of_the_page() -> None:
    assert "<p><strong>Big</strong></p>" in written("{{ t|markdown }}", t="# Big")


def test_action_links_where_the_policy_allows_it() -> None:
    assert '<a class="btn pri" href="/go/">' in written('{% action v "/go/" "Go" style="pri" %}', v=ALLOWED)


def test_action_posts_with_the_token_of_the_page() -> None:
    mark = written('{% action v "/go/" "Go" method="post" %}', v=ALLOWED, csrf_token="abc")
    assert 'action="/go/"' in mark
    assert 'name="csrfmiddlewaretoken" value="abc"' in mark


@pytest.mark.parametrize("tag", ['{% action v "/go/" "Go" %}', '{% submit_verdict v "Go" %}'])
def test_a_refused_button_says_why_beside_it_and_leads_nowhere(tag: str) -> None:
    mark = written(tag, v=REFUSED)
    assert 'aria-disabled="true"' in mark
    assert "Only risk staff may &lt;do&gt; this." in mark
    assert 'type="button"' in mark
    assert "/go/" not in mark


def test_field_ties_hint_and_error_to_its_control() -> None:
    mark = written("{% field f.title %}", f=Sample({}))
    assert 'aria-describedby="id_title_helptext id_title_error"' in mark
    assert 'id="id_title_helptext"' in mark
    assert 'id="id_title_error"' in mark
    assert "Error:" in mark


def test_only_what_may_stay_empty_is_called_optional() -> None:
    assert "(optional)" in written("{% field f.note %}", f=Sample())
    assert "(optional)" not in written("{% field f.title %}", f=Sample())


def test_a_group_of_choices_has_a_legend() -> None:
    mark = written("{% field f.kind %}", f=Sample())
    assert "<fieldset" in mark
    assert "<legend" in mark


def test_error_summary_links_to_each_field_in_the_words_of_the_field() -> None:
    mark = written('{% include "components/error_summary.html" %}', form=Sample({}))
    assert 'href="#id_title"' in mark
    assert 'href="#id_kind_0"' in mark
    assert "There is a problem" in mark


POINTS = [("2 Nov", 6.1), ("9 Nov", 7.4), ("16 Nov", 31.2)]


def test_line_chart_describes_itself_and_offers_its_numbers() -> None:
    mark = written('{% line_chart "Override rate" points limit=8 unit="%" %}', points=POINTS)
    assert "<desc" in mark
    assert "31.2%" in mark
    assert mark.count('<th scope="row">') == 3
    assert mark.count("pt out") == 1


@pytest.mark.parametrize("points", [[], [("a", 0)], [("a", 1e6)], [("a", 0.004)]])
def test_charts_draw_what_little_there_is(points: list[tuple[str, float]]) -> None:
    assert "<svg" in written('{% line_chart "L" points %}{% bar_chart "B" points %}', points=points)


def test_no_tag_writes_an_inline_style() -> None:
    mark = written(
        '{% tier "T1" %}{% sparkbar 3 9 %}{% bar_chart "B" p %}{% line_chart "L" p %}{% facet "u" "U" o %}',
        p=POINTS,
        o=facet_options(),
    )
    assert "style=" not in mark


def plain(text: str) -> str:
    return text.replace("\xa0", " ")
