"""What a deployment pipeline says in one call: this version of this surface is in use now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import Surface, SurfaceVersion, User, Workflow
from registry.policies import surfaces as policies
from registry.reports.baselines import Drift, drift_of
from registry.services import surfaces


@dataclass(frozen=True)
class Deployment:
    """What is on record now. `is_new` is false where the same call was heard before."""

    surface: Surface
    version: SurfaceVersion
    is_new: bool
    drift: Drift | None

    @property
    def is_current(self) -> bool:
        return self.surface.current_id == self.version.pk


@transaction.atomic
def deploy(
    workflow: Workflow, *, by: User, at: datetime, kind: str, name: str, label: str, digest: str = "", **facts: Any
) -> Deployment:
    """The version, recorded once for each surface, label and digest; a surface that is not there is added.

    `facts` are those of `surfaces.record_version`. The same label with another digest is refused: whatever it is,
    it is not what was recorded under that name.
    """
    current = Workflow.objects.select_for_update().get(pk=workflow.pk)
    require(policies.may_record_version, by, current)
    surface = current.surfaces.filter(kind=kind, name=name.strip()).first()
    if surface is None:
        reason = _("First heard of from a deployment pipeline")
        surface = surfaces.add_surface(current, by=by, at=at, kind=kind, name=name, reason=reason)
    if not surface.is_active:
        raise Conflict(_("%(name)s is retired. Bring it back first.") % {"name": surface.name})
    known = surface.versions.filter(label=label.strip()).first()
    if known is None:
        version = surfaces.record_version(surface, by=by, at=at, label=label, digest=digest, **facts)
    else:
        _refuse_another(known, digest.strip())
        version = known
    surface.refresh_from_db()
    return Deployment(surface, version, known is None, drift_of(current))


def _refuse_another(known: SurfaceVersion, digest: str) -> None:
    if known.digest != digest:
        words = {"label": known.label, "digest": known.digest or _("no digest")}
        sentence = _("Version %(label)s is recorded with another digest: %(digest)s. Give the new build a new label.")
        raise ValidationError({"digest": sentence % words})
