"""Recording what a workflow runs on: surfaces, their versions, and which version is known to be good."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import Surface, SurfaceVersion, User, Workflow
from registry.policies import surfaces as policies
from registry.services.drifting import follow
from registry.services.readiness import refresh_readiness
from registry.services.retiring import held, set_aside, take_back

CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead of our clock a source's time may be before it is called impossible."""
EARLIEST_YEAR = 1970


@transaction.atomic
def add_surface(workflow: Workflow, *, by: User, at: datetime, kind: str, name: str, reason: str) -> Surface:
    """A new surface, without a version yet."""
    current = Workflow.objects.select_for_update().get(pk=workflow.pk)
    require(policies.may_record_version, by, current)
    surface = Surface(workflow=current, kind=kind, name=name.strip())
    surface.clean_fields()
    there = current.surfaces.filter(kind=kind, name=surface.name).first()
    if there is not None and not there.is_active:
        raise ValidationError({"name": _("This workflow has retired a surface of this kind and name. Bring it back.")})
    if there is not None:
        raise ValidationError({"name": _("This workflow has a surface of this kind and name already.")})
    with acting(user_id=by.pk, reason=reason):
        surface.save()
        follow(current, at=at)
    return surface


@transaction.atomic
def retire(surface: Surface, *, by: User, at: datetime, reason: str) -> Surface:
    """The workflow no longer runs on it: it counts neither for drift nor for readiness, and stays on record."""
    current = held(surface, "current")
    require(policies.may_record_version, by, current.workflow)
    _refuse_retired(current)
    carried = current.carries.filter(is_active=True).order_by("name").values_list("name", flat=True)
    if carried:
        sentence = _("It carries downstream actions: %(names)s. Retire them, or name another tool for them, first.")
        raise ValidationError(sentence % {"names": ", ".join(carried)})
    return set_aside(current, by=by, at=at, reason=reason, then=follow)


@transaction.atomic
def bring_back(surface: Surface, *, by: User, at: datetime, reason: str) -> Surface:
    """In use again, at the version it was retired with."""
    current = held(surface, "current")
    require(policies.may_record_version, by, current.workflow)
    if current.is_active:
        raise Conflict(_("This surface is in use."))
    return take_back(current, by=by, at=at, reason=reason, then=follow)


@transaction.atomic
def record_version(
    surface: Surface,
    *,
    by: User,
    at: datetime,
    label: str,
    digest: str = "",
    source_url: str = "",
    note: str = "",
    author: str = "",
    changed_at: datetime | None = None,
) -> SurfaceVersion:
    """One more version. The one in use since the latest moment is the current one, in whatever order they are typed."""
    current = held(surface, "current")
    require(policies.may_record_version, by, current.workflow)
    _refuse_retired(current)
    version = SurfaceVersion(
        surface=current,
        label=label.strip(),
        digest=digest.strip(),
        source_url=source_url,
        note=note.strip(),
        author=author.strip(),
        changed_at=changed_at or at,
        recorded_by=by,
        recorded_at=at,
    )
    version.clean_fields()
    _check_moment(version.changed_at, at)
    if current.versions.filter(label=version.label).exists():
        raise ValidationError({"label": _("This version is recorded already; a version is never edited.")})
    with acting(user_id=by.pk, reason=version.note):
        version.save()
        if current.current is None or current.current.changed_at <= version.changed_at:
            _set(current, current_version=version, at=at)
    return version


@transaction.atomic
def put_back(version: SurfaceVersion, *, by: User, at: datetime, reason: str) -> Surface:
    """Say that an earlier version is in use again, as after a rollback."""
    surface = held(version.surface, "current")
    require(policies.may_record_version, by, surface.workflow)
    _refuse_retired(surface)
    if surface.current_id == version.pk:
        raise Conflict(_("This version is the one in use."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    with acting(user_id=by.pk, reason=reason):
        _set(surface, current_version=version, at=at)
    return surface


@transaction.atomic
def mark_known_good(version: SurfaceVersion, *, by: User, at: datetime, note: str) -> SurfaceVersion:
    """Say that this version is safe to go back to, and how that was proven."""
    surface = held(version.surface, "current")
    require(policies.may_mark_known_good, by, surface.workflow)
    _refuse_retired(surface)
    if surface.known_good_id == version.pk:
        raise Conflict(_("This version is marked as known to be good already."))
    if not note.strip():
        raise ValidationError({"note": _("Say how it was proven.")})
    marked = SurfaceVersion.objects.get(pk=version.pk)
    marked.known_good_at, marked.known_good_by, marked.known_good_note = at, by, note.strip()
    with acting(user_id=by.pk, reason=note):
        marked.save()
        surface.known_good = marked
        surface.version += 1
        surface.save()
        refresh_readiness(surface.workflow, at=at)
    return marked


def _refuse_retired(surface: Surface) -> None:
    if not surface.is_active:
        raise Conflict(_("This surface is retired. Bring it back first."))


def _set(surface: Surface, *, current_version: SurfaceVersion, at: datetime) -> None:
    surface.current = current_version
    surface.version += 1
    surface.save()
    follow(surface.workflow, at=at)


def _check_moment(changed_at: datetime, at: datetime) -> None:
    if changed_at > at + CLOCK_SKEW:
        raise ValidationError({"changed_at": _("This lies in the future; record the version once it is in use.")})
    if changed_at.year < EARLIEST_YEAR:
        raise ValidationError({"changed_at": _("This date cannot be right.")})
