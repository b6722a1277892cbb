"""What a workflow runs on beside what was approved, as rules compare it and as people read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from registry.drift import Difference, Part, differences, read, written
from registry.kernel.documents.canonical import canonical, digest
from registry.models import Baseline, Surface, Workflow


@dataclass(frozen=True)
class Drift:
    """`baseline` is the approved one."""

    baseline: Baseline
    differences: tuple[Difference, ...]

    @property
    def number(self) -> int:
        return len(self.differences)


@dataclass(frozen=True)
class Line:
    """A difference in words: what the surface is, what happened to it, and both sides as text."""

    subject: str
    change: str
    old: str
    new: str


def current_parts(workflow: Workflow) -> list[Part]:
    """Every surface in use; one without a version has none here either."""
    rows = Surface.objects.filter(workflow=workflow, is_active=True).annotate(
        label=F("current__label"), digest=F("current__digest")
    )
    found = rows.values_list("kind", "name", "label", "digest")
    return [Part(kind, name, label or "", digest or "") for kind, name, label, digest in found]


def approved_of(workflow: Workflow) -> Baseline | None:
    people = Baseline.objects.select_related("proposed_by", "decided_by")
    return people.approved().filter(workflow=workflow).first()


def drift_of(workflow: Workflow) -> Drift | None:
    """How far the workflow is from its approved baseline; nothing without one."""
    baseline = approved_of(workflow)
    if baseline is None:
        return None
    return Drift(baseline, differences(read(baseline.content), current_parts(workflow)))


def before(baseline: Baseline) -> Baseline | None:
    """The one that was approved last before this one was proposed."""
    was_approved = [Baseline.Status.APPROVED, Baseline.Status.SUPERSEDED]
    earlier = Baseline.objects.filter(workflow=baseline.workflow_id, number__lt=baseline.number)
    return earlier.filter(status__in=was_approved).order_by("-number").first()


def fingerprint(parts: Iterable[Part]) -> str:
    """What two people, or a page and a service, looked at: the same surfaces give the same 64 digits."""
    return digest(canonical({"surfaces": written(parts)}))


def rows(parts: Iterable[Part]) -> list[dict[str, str]]:
    """For a table: the kind in words beside what the part says."""
    kinds: dict[str, Any] = dict(Surface.Kind.choices)
    return [{**row, "label": str(kinds.get(row["kind"], row["kind"]))} for row in written(parts)]


def lines(found: Iterable[Difference]) -> list[Line]:
    kinds: dict[str, Any] = dict(Surface.Kind.choices)
    return [
        Line(
            f"{kinds.get(row.kind, row.kind)}: {row.name}",
            row.change.label,
            _in_words(row.old, row.new),
            _in_words(row.new, row.old),
        )
        for row in found
    ]


def _in_words(part: Part | None, other: Part | None) -> str:
    """Version, and the digest where it says more than the version does."""
    if part is None:
        return ""
    version = part.version or _("no version")
    is_same_version = other is not None and part.version == other.version
    return f"{version} · {part.digest or _('no digest')}" if is_same_version else version
