"""Watching workflows: who is told of what happened to them, once, and who is not."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from incidents.services import declaring
from registry.models import Notice, User, Watch, Workflow
from registry.services import news_telling, watches, workflows
from tests import people
from tests.registry import making
from tests.registry.test_capability_services import state

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow() -> Workflow:
    """Owned by Otto Owner. What was before is not told."""
    made = making.workflow()
    news_telling.begin(at=timezone.now())
    return made


def edit(workflow: Workflow, by: User | None = None, **changes: Any) -> None:
    workflow.refresh_from_db()
    workflows.edit(
        workflow,
        by=by or people.risk(),
        at=timezone.now(),
        opened_version=workflow.version,
        reason="Agreed in the review",
        **changes,
    )


def told(person: User) -> list[str]:
    news_telling.tell_news(at=timezone.now())
    return list(
        Notice.objects.filter(recipient=person, is_watched=True).order_by("pk").values_list("subject", flat=True)
    )


def test_whoever_watches_is_told_with_the_reason_and_where_to_look(workflow: Workflow) -> None:
    member = people.member()
    watches.watch(workflow, by=member, at=timezone.now())
    edit(workflow, stage="PILOT")
    assert told(member) == ["Lifecycle stage: Production → Pilot"]
    notice = Notice.objects.get(recipient=member)
    assert (notice.body, notice.url, notice.kind) == ("Agreed in the review", workflow.get_absolute_url(), "STAGE")
    assert (notice.under_type, notice.under_id) == ("registry.workflow", str(workflow.pk))
    assert notice.awaits_digest


def test_owners_are_told_without_asking_and_can_mute_it(workflow: Workflow) -> None:
    owner = people.owner()
    edit(workflow, stage="PILOT")
    assert len(told(owner)) == 1
    watches.unwatch(workflow, by=owner, at=timezone.now())
    edit(workflow, stage="DEVELOPMENT")
    assert len(told(owner)) == 1
    watches.watch(workflow, by=owner, at=timezone.now())
    edit(workflow, stage="PROPOSED")
    assert len(told(owner)) == 2
    assert not Watch.objects.exists()


def test_nobody_is_told_what_they_did_or_what_happened_before_they_watched(workflow: Workflow) -> None:
    risk, member = people.risk(), people.member()
    watches.watch(workflow, by=risk, at=timezone.now())
    edit(workflow, by=risk, stage="PILOT")
    watches.watch(workflow, by=member, at=timezone.now())
    assert (told(risk), told(member)) == ([], [])
    watches.unwatch(workflow, by=risk, at=timezone.now())
    edit(workflow, by=people.risk("Second Risk"), stage="DEVELOPMENT")
    assert (told(risk), len(told(member))) == ([], 1)


def test_people_who_left_are_told_nothing(workflow: Workflow) -> None:
    member, visitor = people.member(), people.auditor()
    for person in (member, visitor):
        watches.watch(workflow, by=person, at=timezone.now())
    member.is_active, visitor.access_until = False, timezone.now() - timedelta(hours=1)
    member.save()
    visitor.save()
    edit(workflow, stage="PILOT")
    assert (told(member), told(visitor)) == ([], [])


def test_what_one_assessment_opens_is_told_together(workflow: Workflow) -> None:
    member = people.member()
    watches.watch(workflow, by=member, at=timezone.now())
    making.assessed(workflow)
    tier, gaps = sorted(told(member), reverse=True)
    assert tier == "Risk tier: none → T1 Critical"
    assert gaps.split(":")[0].endswith("gaps opened")


def test_what_comes_with_a_day_is_told_once_also_after_a_pause(workflow: Workflow) -> None:
    member, now = people.member(), timezone.now()
    watches.watch(workflow, by=member, at=now)
    making.assessed(workflow)
    state(workflow, at=now, due_date=timezone.localdate(now) + timedelta(days=2))
    told(member)
    Notice.objects.all().delete()
    sent = [news_telling.tell_news(at=now + timedelta(days=days)) for days in (1, 2, 9, 10)]
    assert sent == [0, 0, 1, 0]
    assert Notice.objects.get().subject.startswith("Gap overdue since")


def test_an_incident_is_told_to_those_who_are_not_called_anyway(workflow: Workflow) -> None:
    member, owner, responder = people.member(), people.owner(), people.responder()
    for person in (member, responder):
        watches.watch(workflow, by=person, at=timezone.now())
    declaring.declare(
        by=people.risk(), at=timezone.now(), title="Letters to the wrong people", summary="Seen", workflow=workflow
    )
    assert told(member) == [f"Incident opened: INC-{number():04d} Letters to the wrong people (SEV-2)"]
    assert (told(owner), told(responder)) == ([], [])


def number() -> int:
    return int(Notice.objects.filter(object_type="incidents.incident").values_list("object_id", flat=True)[0])


def test_a_restricted_incident_is_told_to_those_who_may_see_it_and_gives_nothing_away(workflow: Workflow) -> None:
    member, auditor = people.member(), people.auditor()
    for person in (member, auditor):
        watches.watch(workflow, by=person, at=timezone.now())
    declaring.declare(
        by=people.risk(), at=timezone.now(), title="Secret", summary="Secret", workflow=workflow, is_restricted=True
    )
    assert (told(member), told(auditor)) == ([], ["A restricted incident concerns it"])
    assert "Secret" not in Notice.objects.get(recipient=auditor).body


def test_many_are_watched_at_once_and_their_own_are_no_news(workflow: Workflow) -> None:
    owner = people.owner()
    others = [making.workflow(name=name, business_owner=people.risk()) for name in ("One", "Two")]
    watches.unwatch(others[0], by=owner, at=timezone.now())
    assert watches.watch_many([workflow, *others], by=owner, at=timezone.now()) == 2
    assert watches.watch_many([workflow, *others], by=owner, at=timezone.now()) == 0
    assert set(watches.watched_by(owner)) == {workflow, *others}


def test_a_sweep_that_finds_nothing_asks_few_questions(workflow: Workflow, django_assert_max_num_queries: Any) -> None:
    told(people.member())
    with django_assert_max_num_queries(10):
        assert news_telling.tell_news(at=timezone.now()) == 0
