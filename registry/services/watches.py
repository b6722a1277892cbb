"""Watching workflows: being told of what matters on them. Owners watch theirs unless they mute it."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.bulk import create_many, update_many
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import User, Watch, Workflow
from registry.models.workflow_words import OWNERS, answered_for_by
from registry.policies.people import may_keep_own
from registry.policies.watches import may_watch
from registry.policies.workflows import owns

MOST = 1000
"""Workflows that are taken up together."""


def watched_by(user: User) -> QuerySet[Workflow]:
    """What they chose, and what is theirs; muted ones among them."""
    chosen = Watch.objects.filter(person=user).values("workflow")
    return Workflow.objects.filter(Q(pk__in=chosen) | answered_for_by(user))


def is_told(user: User) -> Q:
    """What the person is told of: chosen or their own, and not muted."""
    said = Watch.objects.filter(person=user)
    chosen, muted = (said.filter(is_muted=is_muted).values("workflow") for is_muted in (False, True))
    return Q(pk__in=chosen) | (answered_for_by(user) & ~Q(pk__in=muted))


def with_standing(rows: QuerySet[Workflow], user: User) -> QuerySet[Workflow]:
    """Each with whether it is their own, whether they chose it, and whether they muted it."""
    said = Watch.objects.filter(person=user, workflow=OuterRef("pk"))
    return rows.annotate(
        is_own=Case(When(answered_for_by(user), then=Value(True)), default=Value(False), output_field=BooleanField()),
        is_chosen=Exists(said.filter(is_muted=False)),
        is_muted=Exists(said.filter(is_muted=True)),
    )


@transaction.atomic
def watch(workflow: Workflow, *, by: User, at: datetime) -> Watch | None:
    """Be told of it from now on. Nothing is kept for owners, who are told without asking: their mute ends."""
    require(may_watch, by, workflow)
    kept = _kept(workflow, by)
    with acting(user_id=by.pk, reason=_("Watches the workflow")):
        if owns(by, workflow):
            if kept is not None and kept.is_muted:
                kept.delete()
            return None
        if kept is None:
            return Watch.objects.create(person=by, workflow=workflow, since_at=at)
        if kept.is_muted:
            kept.is_muted, kept.since_at = False, at
            kept.save()
    return kept


@transaction.atomic
def unwatch(workflow: Workflow, *, by: User, at: datetime) -> None:
    """Be told no more. For an owner it is muted; what is addressed to them in person still comes."""
    require(may_watch, by, workflow)
    kept = _kept(workflow, by)
    with acting(user_id=by.pk, reason=_("Watches the workflow no more")):
        if not owns(by, workflow):
            if kept is not None:
                kept.delete()
        elif kept is None:
            Watch.objects.create(person=by, workflow=workflow, since_at=at, is_muted=True)
        elif not kept.is_muted:
            kept.is_muted = True
            kept.save()


@transaction.atomic
def watch_many(workflows: Collection[Workflow], *, by: User, at: datetime) -> int:
    """How many of them were not watched before."""
    require(may_keep_own, by)
    if len(workflows) > MOST:
        raise Conflict(_("At most %(most)s workflows are watched at once. Narrow the view first.") % {"most": MOST})
    seen = list(Workflow.objects.visible_to(by).filter(pk__in=[row.pk for row in workflows]).order_by("pk"))
    _hold(by)
    kept = {row.workflow_id: row for row in Watch.objects.filter(person=by, workflow__in=seen)}
    muted = [row for row in kept.values() if row.is_muted]
    for row in muted:
        row.is_muted, row.since_at = False, at
    fresh = [Watch(person=by, workflow=row, since_at=at) for row in seen if row.pk not in kept and not owns(by, row)]
    with acting(user_id=by.pk, reason=_("Watches the workflow")):
        update_many(muted, ["is_muted", "since_at"])
        create_many(fresh)
    return len(fresh) + len(muted)


def is_watching(user: User, workflow: Workflow, kept: bool | None) -> bool:
    """`kept` is whether they muted it, and None where they said nothing."""
    return owns(user, workflow) if kept is None else not kept


def listeners(workflows: Iterable[int]) -> dict[int, dict[int, datetime | None]]:
    """Workflow → person who is told of it → since when; owners always have been. In two statements."""
    wanted = list(workflows)
    found: dict[int, dict[int, datetime | None]] = {pk: {} for pk in wanted}
    own = Workflow.objects.filter(pk__in=wanted).values_list("pk", *OWNERS)
    for pk, *owners in own:
        found[pk].update({person: None for person in owners if person is not None})
    for row in Watch.objects.filter(workflow__in=wanted):
        if row.is_muted:
            found[row.workflow_id].pop(row.person_id, None)
        else:
            found[row.workflow_id].setdefault(row.person_id, row.since_at)
    return found


def _kept(workflow: Workflow, user: User) -> Watch | None:
    _hold(user)
    return Watch.objects.filter(person=user, workflow=workflow).first()


def _hold(user: User) -> None:
    """Two requests of one person take turns."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
