"""Judging very many outputs by a random sample of them."""

import secrets
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.lifecycle import State
from incidents.models import AffectedOutput, Incident, OutputSample, TimelineEntry
from incidents.policies import outputs as policies
from incidents.sampling import drawn
from incidents.services import room, timeline
from incidents.services.wording import optional
from registry.kernel.access.verdict import require
from registry.kernel.audit.alike import change_all
from registry.models import User


def draw(incident: Incident, *, size: int, by: User, at: datetime, seed: str = "") -> OutputSample:
    """Draw a sample, or make the one there is larger: it keeps its seed, so that of the same list it holds the smaller.

    Without a seed one is made up and recorded: list and seed together give the same sample again.
    """
    with room.entered(incident, by=by, reason=_("Sample drawn")) as locked:
        require(policies.may_bring_in, by, locked)
        room.require_active(locked, State.RESOLVED)
        refs = dict(AffectedOutput.objects.filter(incident=locked).values_list("ref", "pk"))
        sample = OutputSample.objects.filter(incident=locked).first()
        _check(size, len(refs), sample, seed)
        if sample is None:
            given = optional("seed", seed, limit=64) or secrets.token_hex(8)
            sample = OutputSample(incident=locked, seed=given, by=by, at=at)
        sample.size, sample.population, sample.by, sample.at = size, len(refs), by, at
        sample.save()
        _mark(sample, {refs[ref] for ref in drawn(refs, seed=sample.seed, size=size)})
        words = {"size": size, "population": len(refs), "seed": sample.seed}
        timeline.automatic(
            locked,
            kind=TimelineEntry.Kind.OUTPUTS,
            text=_("Random sample of %(size)d of %(population)d outputs drawn, seed %(seed)s.") % words,
            by=by,
            at=at,
            data={"sample": sample.pk, **words},
        )
        room.touch(locked)
        return sample


def _mark(sample: OutputSample, keys: set[int]) -> None:
    """Where the list grew meanwhile, some of those drawn before may stand further back and leave the sample."""
    before = set(AffectedOutput.objects.filter(sample=sample).values_list("pk", flat=True))
    change_all(AffectedOutput.objects.filter(pk__in=before - keys), sample=None)
    change_all(AffectedOutput.objects.filter(pk__in=keys - before), sample=sample)


def _check(size: int, population: int, sample: OutputSample | None, seed: str) -> None:
    if not population:
        raise ValidationError({"size": _("There are no outputs yet to draw from.")})
    if not 1 <= size <= population:
        raise ValidationError({"size": _("Choose between 1 and %(most)d.") % {"most": population}})
    if sample is not None and size < sample.size:
        raise ValidationError({"size": _("%(size)d are drawn already; a sample only grows.") % {"size": sample.size}})
    if sample is not None and seed and seed != sample.seed:
        raise ValidationError({"seed": _("The sample grows by the seed it was drawn with.")})
