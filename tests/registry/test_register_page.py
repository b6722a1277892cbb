"""The list page: its tabs, its rows, its empty states, and what it costs."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registry.models import BusinessUnit, SavedView, Vendor, Workflow
from tests import people
from tests.registry import making
from tests.registry.register_cast import many, open_action, open_incident, workflow
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
HOSTILE = "\"><script>alert('x')</script>{{ 71|add:700 }}"
ALL_COLUMNS = (
    "tier,stage,blind,drift,owner,review,open,unit,changed,vendor,impact,public,personal,topic,tags,technical,deputy,"
    "created"
)


def page(client: Client, query: str = "", **more: Any) -> str:
    response = client.get(f"/workflows/?{query}", **more)
    assert response.status_code == 200, response
    return response.content.decode()


def names(html: str) -> list[str]:
    return re.findall(r'<td class="name" title="([^"]*)"><a', html)


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_whoever_is_not_signed_in_goes_to_the_sign_in_page() -> None:
    response = Client().get("/workflows/?tier=T1")
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_a_row_shows_reference_tier_stage_signals_owner_review_and_open_work() -> None:
    me = people.owner()
    row = workflow(
        "Claims triage",
        tier="T1",
        business_owner=me,
        next_review_date=timezone.localdate() - timedelta(days=12),
    )
    open_incident(row, people.responder())
    open_action(row, me)
    html = text_of(page(signed_in(people.member())))
    for words in (
        row.reference,
        "T1 Critical",
        "Production",
        "Blind",
        "Otto Owner",
        "12 days overdue",
        "1 open incident",
        "1 open action",
    ):
        assert words in html


def test_only_what_runs_without_a_signal_is_marked_blind() -> None:
    for name, stage in (("Quiet", "PRODUCTION"), ("Seen", "PILOT"), ("Idea", "PROPOSED")):
        workflow(name, stage=stage)
    making.signal(Workflow.objects.get(name="Seen"))
    client = signed_in(people.member())
    html = page(client, "cols=blind&sort=name")
    rows = {name: text_of(row) for name, row in zip(names(html), html.split("<tr>")[2:], strict=True)}
    assert {name: "Blind" in row for name, row in rows.items()} == {"Idea": False, "Quiet": True, "Seen": False}
    assert "Watched" in rows["Seen"]
    assert "Watched" not in rows["Idea"]


def test_retired_workflows_are_hidden_until_the_chip_is_removed() -> None:
    workflow("Old", stage="RETIRED")
    workflow("New")
    client = signed_in(people.member())
    html = page(client)
    assert names(html) == ["New"]
    assert "?retired=shown" in html
    assert names(page(client, "retired=shown")) == ["Old", "New"]


def test_typed_filters_move_into_the_address() -> None:
    response = signed_in(people.member()).get("/workflows/?q=tier:1 owner:me claims&sort=name&page=4")
    assert response["Location"] == "/workflows/?q=claims&sort=name&tier=T1&owner=me"


def test_empty_parameters_leave_the_address() -> None:
    assert signed_in(people.member()).get("/workflows/?q=&unit_find=&tier=T1")["Location"] == "/workflows/?tier=T1"


def test_an_unknown_token_is_explained_on_the_page() -> None:
    workflow("Foo")
    assert "No filter called foo; searched for the words instead." in page(signed_in(people.member()), "q=foo:bar")


def test_a_filter_value_without_sense_is_named_and_the_list_still_shown() -> None:
    workflow("One")
    html = page(signed_in(people.member()), "tier=T9&page=x&size=7&cols=zzz&sort=zzz&view=zzz")
    assert names(html) == ["One"]
    assert "Risk tier:" in text_of(html)


def test_the_page_size_and_the_page_come_from_the_address() -> None:
    many(60)
    client = signed_in(people.member())
    assert len(names(page(client))) == 50
    assert len(names(page(client, "size=25&page=3"))) == 10
    assert "51–60 of 60" in page(client, "page=99")


def test_columns_stand_as_chosen_and_in_the_order_chosen() -> None:
    workflow("One", topic="Letters")
    html = page(signed_in(people.member()), "cols=topic,unit,topic,nonsense&cols=tier")
    heads = [text_of(head).strip() for head in re.findall(r"<th scope=.*?</th>", html)]
    assert heads == ["ID", "Workflow", "Topic", "Business unit", "Risk tier"]


def test_the_sorted_column_says_so() -> None:
    workflow("One")
    html = page(signed_in(people.member()), "sort=-name")
    assert re.search(r'aria-sort="descending"><a class="sort" href="\?sort=name">Workflow', html)


def test_a_change_by_script_gets_only_the_region() -> None:
    workflow("One")
    response = signed_in(people.member()).get("/workflows/?tier=NONE", headers={"HX-Request": "true"})
    html = response.content.decode()
    assert "<!doctype" not in html
    assert '<p class="sub" role="status">' in html
    assert "HX-Request" in response["Vary"]


def test_business_units_beyond_the_first_twelve_are_found_by_name() -> None:
    for k in range(14):
        unit = BusinessUnit.objects.create(name=f"Unit {k:02}")
        for n in range(14 - k):
            workflow(f"W{k}-{n}", business_unit=unit)
    client = signed_in(people.member())
    html = page(client)
    assert "Unit 11" in html.split("<table")[0]
    assert "Unit 13" not in html.split("<table")[0]
    assert "Find in 14 units" in html
    assert "Unit 13" in page(client, "unit_find=unit+13").split("<table")[0]


@pytest.mark.parametrize(
    ("make", "query", "words"),
    [
        (0, "", "No workflow is registered yet"),
        (1, "tier=T1", "Nothing matches"),
    ],
)
def test_an_empty_list_says_why(make: int, query: str, words: str) -> None:
    many(make)
    assert words in page(signed_in(people.risk()), query)


def test_whoever_may_not_register_is_not_invited_to() -> None:
    html = page(signed_in(people.auditor()))
    assert "Risk staff and workflow owners fill the register." in html
    assert "Register a workflow" not in html


def test_tabs_count_their_rows_and_the_open_one_is_marked() -> None:
    me = people.owner()
    workflow("Mine", business_owner=me, tier="T1")
    workflow("Other")
    html = page(signed_in(me), "owner=me&view=mine")
    assert re.search(r'aria-current="page">Owned by me <span class="n">1</span>', html)
    assert re.search(r'>Tier 1 and 2 <span class="n">1</span>', html)
    assert re.search(r'>All <span class="n">2</span>', html)
    assert "View changed" not in html


def test_a_view_that_was_changed_can_be_saved_or_reset() -> None:
    workflow("One")
    html = page(signed_in(people.member()), "tier=T1&view=critical")
    assert "View changed" in html
    assert '/workflows/views/save/?tier=T1"' in html
    assert 'href="/workflows/?tier=T1&amp;tier=T2&amp;view=critical">Reset' in html


def test_views_after_the_eighth_fold_away() -> None:
    me = people.member()
    for k in range(4):
        SavedView.objects.create(page="register", owner=me, name=f"View {k}", query="tier=T1")
    html = page(signed_in(me))
    assert "More views" in html
    assert re.search(r'>View 1 <span class="n">0</span>', html)
    assert re.search(r">View 3</a>", html)


def test_the_bulk_bar_offers_only_what_the_person_may_do() -> None:
    workflow("One")
    assert "Assign owner" in page(signed_in(people.risk()))
    assert "Assign owner" not in page(signed_in(people.owner()))


def test_the_whole_view_can_be_selected_without_script() -> None:
    many(60)
    html = page(signed_in(people.risk()), "pick=all")
    assert "All 60 in this view selected" in html
    assert 'name="scope" value="view"' in html


def test_the_page_asks_the_database_at_most_twelve_times_whatever_it_shows(
    django_assert_max_num_queries: Any, settings: Any
) -> None:
    settings.USERSESSIONS_TRACK_ACTIVITY = False  # noting when a session was last used is not part of the page
    me = people.risk()
    unit, vendor = BusinessUnit.objects.create(name="Claims"), Vendor.objects.create(name="Acme")
    many(300, business_unit=unit, vendor=vendor, business_owner=me, technical_owner=me, deputy=me, tags=["a", "b"])
    for row in Workflow.objects.all()[:40]:
        open_action(row, me)
    open_incident(Workflow.objects.all()[0], me, severity="SEV-1")
    for k in range(12):
        SavedView.objects.create(page="register", owner=me, name=f"View {k}", query="tier=NONE&review=none")
    client = signed_in(me)
    page(client)
    for query in (
        "",
        f"cols={ALL_COLUMNS}&size=100",
        f"q=workflow&tier=NONE&stage=PRODUCTION&owner=me&owner={me.pk}&unit={unit.pk}&vendor={vendor.pk}&tag=a&public=UNKNOWN",
        "unit_find=cl&vendor_find=ac&incident=open&blind=yes",
    ):
        with django_assert_max_num_queries(12):
            page(client, query)


def test_the_number_of_queries_does_not_grow_with_the_rows(django_assert_max_num_queries: Any, settings: Any) -> None:
    settings.USERSESSIONS_TRACK_ACTIVITY = False
    client = signed_in(people.member())
    many(1)
    page(client)
    with django_assert_max_num_queries(12) as few:
        page(client, f"cols={ALL_COLUMNS}")
    Workflow.objects.all().delete()
    many(100, business_owner=people.owner(), deputy=people.risk())
    with django_assert_max_num_queries(12) as more:
        page(client, f"cols={ALL_COLUMNS}&size=100")
    assert len(more.captured_queries) <= len(few.captured_queries)


def test_hostile_text_in_every_field_is_shown_as_text() -> None:
    me = people.owner()
    me.name = HOSTILE[:150]
    me.save()
    workflow(
        HOSTILE,
        topic=HOSTILE,
        system_name=HOSTILE,
        purpose=HOSTILE,
        tags=[HOSTILE[:40]],
        business_owner=me,
        technical_owner=me,
        deputy=me,
        business_unit=BusinessUnit.objects.create(name=HOSTILE, parent=BusinessUnit.objects.create(name=HOSTILE)),
        vendor=Vendor.objects.create(name=HOSTILE),
    )
    SavedView.objects.create(page="register", owner=me, name=HOSTILE[:60], query="tier=T1")
    client = signed_in(me)
    for query in (
        {},
        {"q": HOSTILE},
        {"unit_find": HOSTILE[:20]},
        {"tier": HOSTILE, "view": HOSTILE},
        {"owner_name": HOSTILE},
    ):
        html = client.get("/workflows/", {**query, "cols": ALL_COLUMNS}, follow=True).content.decode()
        assert "<script>alert" not in html
        assert "771" not in html
    assert "&lt;script&gt;alert" in html or "%3Cscript%3E" in html
