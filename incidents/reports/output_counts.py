"""How far the outputs of an incident are, as counted at the moment that is read, and what a report says of them."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from incidents.affected import Decision, Moved, Tally
from incidents.models import AffectedOutput, Incident, OutputSample
from incidents.models.outputs import OWED
from incidents.sampling import Share, wilson

PRINTED: Final = 40
"""Affected outputs that a report prints; the whole list is taken as a file."""


@dataclass(frozen=True)
class Estimate:
    """What the sample says so far. `share` is None until all of it is settled: half of it might be the easy half."""

    sample: OutputSample
    settled: int
    affected: int
    share: Share | None

    @property
    def numbers(self) -> tuple[int, int, int] | None:
        """Estimate, low and high as numbers of outputs."""
        return self.share.of(self.sample.population) if self.share else None

    @property
    def percent(self) -> tuple[str, str, str] | None:
        """The same in percent, to one decimal."""
        if self.share is None:
            return None
        low, high = f"{100 * self.share.low:.1f}", f"{100 * self.share.high:.1f}"
        return f"{100 * self.share.share:.1f}", low, high


def count(incident: Incident) -> Tally:
    """Counted in the table, so that it can be asked of the past too."""
    affected = Q(decision=Decision.AFFECTED)
    return Tally(
        **AffectedOutput.objects.filter(incident_id=incident.pk).aggregate(
            total=Count("pk"),
            undecided=Count("pk", filter=Q(decision=Decision.UNDECIDED)),
            affected=Count("pk", filter=affected),
            ambiguous=Count("pk", filter=Q(decision=Decision.AMBIGUOUS)),
            unaffected=Count("pk", filter=Q(decision=Decision.UNAFFECTED)),
            moved=Count("pk", filter=affected & Q(moved=Moved.YES)),
            owed=Count("pk", filter=OWED),
        )
    )


def estimate_of(incident: Incident) -> Estimate | None:
    """What the sample of this incident says; None where none was drawn."""
    sample = OutputSample.objects.filter(incident_id=incident.pk).select_related("by").first()
    if sample is None:
        return None
    settled = Q(decision__in=[Decision.AFFECTED, Decision.UNAFFECTED])
    found = AffectedOutput.objects.filter(sample=sample).aggregate(
        settled=Count("pk", filter=settled), affected=Count("pk", filter=Q(decision=Decision.AFFECTED))
    )
    is_whole = found["settled"] == sample.size
    share = wilson(found["affected"], sample.size) if is_whole and sample.size else None
    return Estimate(sample, found["settled"], found["affected"], share)


def reported(incident: Incident) -> dict[str, Any]:
    """The counts, and the first of the affected, as the report of an incident prints them."""
    tally = count(incident)
    if not tally.total:
        return {"counts": [], "rows": [], "rows_left": 0}
    labels = {
        "total": _("outputs looked into"), "affected": _("affected"), "moved": _("moved downstream"),
        "undecided": _("undecided"), "ambiguous": _("wait for a second look"), "owed": _("still to put right"),
    }  # fmt: skip
    counts = [{"label": label, "value": f"{getattr(tally, name):,}"} for name, label in labels.items()]
    affected = AffectedOutput.objects.filter(incident_id=incident.pk, decision=Decision.AFFECTED).order_by("pk")
    return {
        "counts": counts + _estimated(incident),
        "rows": [_printed(row) for row in affected[:PRINTED]],
        "rows_left": max(tally.affected - PRINTED, 0),
    }


def _estimated(incident: Incident) -> list[dict[str, str]]:
    found = estimate_of(incident)
    if found is None or found.percent is None:
        return []
    share, low, high = found.percent
    words = {"size": f"{found.sample.size:,}", "seed": found.sample.seed, "low": low, "high": high}
    label = _("affected, estimated from a random sample of %(size)s, seed %(seed)s: %(low)s to %(high)s %% (95 %%)")
    return [{"label": label % words, "value": f"{share} %"}]


def _printed(row: AffectedOutput) -> dict[str, Any]:
    return {
        "id": row.ref,
        "segment": row.segment or None,
        "moved": str(row.get_moved_display()),
        "remedy": str(row.get_remedy_display()),
        "put_right_at": row.remedied_at,
        "what_was_done": row.remedy_note or None,
    }
