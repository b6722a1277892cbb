"""Breaking the glass, and putting on record afterwards what was done while nothing could be committed."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from registry import broken_glass
from registry.broken_glass import Override
from registry.kernel.audit.context import Origin, acting
from registry.kernel.audit.events import note
from registry.kernel.notify.tell import tell
from registry.models import Restriction, Role, User, Workflow
from registry.models.restrictions import Source
from registry.modes import Effect, Mode
from registry.services.restrictions import next_revision


def break_glass(*, slug: str, mode: str, reason: str, operator: str, at: datetime) -> Override:
    """Write the signed file. It asks the database nothing, since that may be away; the slug is not checked."""
    problems: dict[str, str] = {}
    if mode not in list(Mode) or mode == Mode.NORMAL:
        tighter = ", ".join(each for each in Mode if each != Mode.NORMAL)
        problems["mode"] = _("Only tightening is possible: %(modes)s.") % {"modes": tighter}
    if not reason.strip():
        problems["reason"] = _("Say why.")
    if problems:
        raise ValidationError(problems)
    override = broken_glass.new(slug=slug, mode=Mode(mode), reason=reason.strip(), operator=operator, at=at.isoformat())
    broken_glass.write(override)
    return override


def record_waiting(*, at: datetime) -> list[Restriction]:
    """Put on record what is obeyed without one. Doing it twice, or by two processes at once, makes one record."""
    made = []
    for override in broken_glass.waiting():
        if (restriction := record(override, at=at)) is not None:
            made.append(restriction)
        broken_glass.put_aside(override)
    return made


@transaction.atomic
def record(override: Override, *, at: datetime) -> Restriction | None:
    """The restriction that stands for the file from now on. Where no workflow has that slug it stopped nothing, and
    that somebody tried is an event.
    """
    workflow = Workflow.objects.filter(slug=override.slug).first()
    with acting(origin=Origin.COMMAND, reason=override.reason):
        if workflow is None:
            detail = {"slug": override.slug, "mode": override.mode, "by": override.operator, "file": override.id}
            note("GLASS_BROKEN_FOR_NOBODY", at=at, detail=detail)
            return None
        if known := Restriction.objects.filter(override_id=override.id).first():
            return known
        made = Restriction.objects.create(
            workflow=workflow,
            name=_("Glass broken: %(mode)s") % {"mode": Mode(override.mode).label},
            effect=Effect(mode=Mode(override.mode)).written(),
            source=Source.BREAK_GLASS,
            reason=override.reason,
            operator=override.operator,
            applied_at=datetime.fromisoformat(override.at),
            revision=next_revision(),
            override_id=override.id,
        )
        _tell(made, at=at)
    return made


def _tell(restriction: Restriction, *, at: datetime) -> None:
    owners = Q(pk__in=restriction.workflow.owner_ids)
    for person in User.objects.active().filter(owners | Q(roles__overlap=[Role.RISK, Role.RESPONDER])):
        tell(
            key=f"broken-glass-{restriction.pk}-{person.pk}",
            kind="CONTROL",
            recipient=person,
            subject=_("%(workflow)s: glass broken") % {"workflow": restriction.workflow.name},
            body=f"{restriction.operator}: {restriction.reason}",
            at=at,
            url=f"{restriction.workflow.get_absolute_url()}control/",
            about=restriction.workflow,
        )
