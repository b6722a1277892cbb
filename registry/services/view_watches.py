"""Watching saved views of the register: being told which workflows entered one and which left it."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.tell import tell_quietly
from registry.models import DigestRhythm, Notice, SavedView, User, ViewLook, ViewWatch, Workflow
from registry.policies.view_watches import may_watch_view
from registry.services.saved_views import REGISTER, usable

KIND = "VIEW"
MOST = 2000
"""Workflows in a view that is watched; more are not compared."""
MOST_VIEWS = 20
"""Views that one person watches."""
EVERY = timedelta(minutes=10)
AT_ONCE = 50
"""Views looked at in one run of the job."""
NAMED = 20
"""Workflows a notice names for entering, and as many for leaving."""

Matching = Callable[[str, User, datetime], QuerySet[Workflow]]
"""The workflows that an address of the register leaves for a person at a moment; what filters mean is known above."""


def with_watching(views: QuerySet[SavedView], user: User) -> QuerySet[SavedView]:
    """Each with whether the person watches it, in the same statement."""
    own = ViewWatch.objects.filter(person=user, view=OuterRef("pk"))
    return views.annotate(is_watched=Exists(own))


def watched_by(user: User) -> QuerySet[ViewWatch]:
    """Those of views the person may still use."""
    views = usable(user, REGISTER).order_by().values("pk")
    return ViewWatch.objects.filter(person=user, view__in=views).select_related("view", "look").order_by("view__name")


@transaction.atomic
def watch(view: SavedView, *, by: User, at: datetime, matching: Matching) -> ViewWatch:
    """Be told from now on. What is in the view now is where telling starts from."""
    view = SavedView.objects.get(pk=view.pk)
    require(may_watch_view, by, view)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    kept = ViewWatch.objects.filter(person=by, view=view).first()
    if kept is not None:
        return kept
    if watched_by(by).count() >= MOST_VIEWS:
        raise Conflict(_("You already watch %(most)s views. Stop watching one first.") % {"most": MOST_VIEWS})
    members = _members(view.query, by, at, matching)
    if members is None:
        raise Conflict(_("At most %(most)s workflows are watched through a view. Narrow it first.") % {"most": MOST})
    with acting(user_id=by.pk, reason=_("Watches the view")):
        made = ViewWatch.objects.create(person=by, view=view, since_at=at)
    ViewLook.objects.create(watch=made, query=view.query, members=members, looked_at=at)
    return made


@transaction.atomic
def unwatch(view: SavedView, *, by: User, at: datetime) -> None:
    require(may_watch_view, by, view)
    with acting(user_id=by.pk, reason=_("Watches the view no more")):
        for kept in ViewWatch.objects.filter(person=by, view=view):
            kept.delete()


def look(*, at: datetime, matching: Matching) -> int:
    """How many notices were written: for the views that were looked at longest ago, a bounded number of them.

    Looking, the notice and what was seen are one transaction, so that whatever is killed, nothing is told twice.
    """
    due = ViewLook.objects.filter(looked_at__lte=at - EVERY).order_by("looked_at", "watch")
    return sum(_look_at(pk, at=at, matching=matching) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _look_at(pk: int, *, at: datetime, matching: Matching) -> int:
    held = ViewLook.objects.select_for_update(of=("self",), skip_locked=True)
    seen = held.select_related("watch__view", "watch__person").filter(pk=pk, looked_at__lte=at - EVERY).first()
    if seen is None:
        return 0
    watch, before = seen.watch, set(seen.members)
    is_comparable = seen.query == watch.view.query and not seen.is_too_large
    seen.looked_at = at
    if not may_watch_view(watch.person, watch.view):
        seen.save(update_fields=["looked_at"])
        return 0
    members = _members(watch.view.query, watch.person, at, matching)
    seen.query, seen.is_too_large, seen.members = watch.view.query, members is None, members or []
    now, told = set(seen.members), 0
    if is_comparable and members is not None and now != before:
        seen.changes += 1
        told = tell_quietly([_notice(seen, now - before, before - now, at=at)])
    seen.save()
    return told


def _members(query: str, person: User, at: datetime, matching: Matching) -> list[int] | None:
    """Nothing where there are too many."""
    found = list(matching(query, person, at).order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    return found if len(found) <= MOST else None


def _notice(seen: ViewLook, entered: set[int], left: set[int], *, at: datetime) -> Notice:
    view, person = seen.watch.view, seen.watch.person
    parts = [
        *([ngettext("%(n)s entered", "%(n)s entered", len(entered)) % {"n": len(entered)}] if entered else []),
        *([ngettext("%(n)s left", "%(n)s left", len(left)) % {"n": len(left)}] if left else []),
    ]
    lines = [_line(_("Entered: %(names)s."), entered), _line(_("Left: %(names)s."), left)]
    return Notice(
        key=f"view:{seen.watch_id}:{seen.changes}",
        kind=KIND,
        recipient=person,
        subject=(_("%(view)s: %(parts)s") % {"view": view.name, "parts": ", ".join(parts)})[:250],
        body="\n".join(filter(None, lines)),
        url=reverse("saved-view-open", args=[view.pk]),
        object_type=SavedView._meta.label_lower,
        object_id=str(view.pk),
        is_watched=True,
        awaits_digest=person.digest_rhythm != DigestRhythm.NEVER,
        created_at=at,
    )


def _line(sentence: str, numbers: Iterable[int]) -> str:
    wanted = sorted(numbers)
    if not wanted:
        return ""
    names = dict(Workflow.objects.filter(pk__in=wanted[:NAMED]).values_list("pk", "name"))
    told = [names.get(pk) or Workflow(pk=pk).reference for pk in wanted[:NAMED]]
    more = len(wanted) - NAMED
    if more > 0:
        told.append(ngettext("%(n)s more", "%(n)s more", more) % {"n": more})
    return sentence % {"names": ", ".join(told)}
