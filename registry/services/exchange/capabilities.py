"""Required capabilities as files: who closes a gap by when, and what shows that a capability is met."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.capabilities import CAPABILITIES
from registry.containment_proof import NEVER
from registry.gaps import GapState
from registry.kernel.audit.asof import clock
from registry.models import CapabilityRecord, User
from registry.policies.imports import may_import_records
from registry.reports.gaps import area_label
from registry.services import capabilities as services
from registry.services.exchange.columns import Column, person, yes_no
from registry.services.exchange.kinds import Given, RecordKind, workflow_columns
from registry.sheets.fields import Kind

EVIDENCE = ("evidence", "evidence_url")


def _rows(_user: User) -> QuerySet[CapabilityRecord]:
    rows = CapabilityRecord.objects.filter(is_required=True).select_related("workflow", "owner", "met_by")
    return rows.defer("workflow__search").order_by("workflow", "pk")


def _edit(record: CapabilityRecord, given: Given) -> CapabilityRecord:
    """What the buttons of its page say one after another: not met any more, whose by when, met by what proof."""
    values, about = given.values, (record.workflow, record.capability)
    will_be_met = values.get("is_met", record.is_met)
    if not will_be_met and any(values.get(name) for name in EVIDENCE):
        raise ValidationError({"evidence": gettext("Evidence shows that it is met: say so too, or leave it blank.")})
    if values.get("is_met") is False:
        record = services.unmeet(*about, by=given.by, at=given.at, reason=given.reason)
    if not {"owner", "due_date"}.isdisjoint(values):
        said = {name: values.get(name, getattr(record, name)) for name in ("owner", "due_date")}
        record = services.state(*about, by=given.by, at=given.at, reason=given.reason, **said)
    if will_be_met and not {"is_met", *EVIDENCE}.isdisjoint(values):
        shown = {name: values.get(name, getattr(record, name)) for name in EVIDENCE}
        record = services.meet(*about, by=given.by, at=given.at, **shown)
    return record


def _today() -> Any:
    return timezone.localdate(clock())


def _state(record: CapabilityRecord) -> GapState:
    return record.standing.state(_today())


def _days_late(record: CapabilityRecord) -> int:
    return record.standing.days_late(_today()) if _state(record) is GapState.OVERDUE else 0


def _accepted_until(record: CapabilityRecord) -> Any:
    return record.accepted_until_date if _state(record) is GapState.ACCEPTED else None


CAPABILITY = RecordKind(
    key="capabilities",
    label=_("Required capabilities"),
    model=CapabilityRecord,
    rows=_rows,
    may=may_import_records,
    edit=_edit,
    url=lambda record: reverse("capability", args=[record.workflow_id, record.capability]),
    workflow_path="workflow",
    columns=(
        *workflow_columns(lambda r: r.workflow),
        Column("tier", _("Risk tier"), lambda r: r.workflow.get_tier_display(), is_shown_only=True),
        Column(
            "capability",
            _("Capability"),
            lambda r: r.capability,
            Kind.CHOICE,
            [(known.key, known.name) for known in CAPABILITIES],
            is_key=True,
            is_required=True,
        ),
        Column("area", _("Area"), lambda r: area_label(r.capability), is_shown_only=True),
        Column("state", _("State"), lambda r: _state(r).label, is_shown_only=True),
        Column("owner_name", _("Owner"), lambda r: r.owner.name if r.owner else "", is_shown_only=True),
        person("owner", _("Owner’s address"), lambda r: r.owner, headings=("owner email", "owner")),
        Column("due_date", _("Due"), lambda r: r.due_date, Kind.DATE),
        Column("days_late", _("Days late"), _days_late, is_shown_only=True),
        Column("accepted_until_date", _("Accepted until"), _accepted_until, is_shown_only=True),
        Column(
            "proof_until_date",
            _("Proof holds until"),
            lambda r: r.proof_until_date if r.proof_until_date != NEVER else None,
            is_shown_only=True,
        ),
        yes_no("is_met", _("Met"), lambda r: r.is_met),
        Column("evidence", _("Evidence"), lambda r: r.evidence, Kind.TEXT),
        Column("evidence_url", _("Link to the evidence"), lambda r: r.evidence_url),
        Column("met_by", _("Met by"), lambda r: r.met_by.name if r.met_by else "", is_shown_only=True),
        Column(
            "met_on",
            _("Met on"),
            lambda r: timezone.localdate(r.met_at) if r.met_at else None,
            is_shown_only=True,
        ),
    ),
)
