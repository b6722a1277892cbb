"""What people answer for in the registry, and how each kind passes from one to another."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.approvals import OWED
from registry.custom_values import PERSON, FieldKind, person_of
from registry.kernel.access.verdict import Verdict, deny, verdict
from registry.kernel.audit.bulk import update_many
from registry.models import (
    Attestation,
    AttestationCampaign,
    CapabilityRecord,
    ContainmentOption,
    CustomField,
    GateCondition,
    OrganisationRules,
    Playbook,
    Role,
    Signal,
    User,
    Vendor,
    Workflow,
)
from registry.models.attestations import STILL_OPEN
from registry.models.capabilities import OPEN
from registry.models.containment import ContainmentExecutor
from registry.models.workflow_words import OWNERS
from registry.services.holdings import Kind, Move, Rows, declare
from registry.services.readiness import KEPT, put_readiness
from registry.services.rules_of_leavers import standing

PEOPLE = (
    ("business-owner", gettext_lazy("Business owner"), "business_owner"),
    ("technical-owner", gettext_lazy("Technical owner"), "technical_owner"),
    ("deputy", gettext_lazy("Deputy"), "deputy"),
)


def may_own(person: User) -> Verdict:
    if not person.is_active:
        return deny(_("Choose somebody else whose account is open."))
    says = _("%(name)s is not a workflow owner. Give them that role first.") % {"name": person.name}
    return verdict(person.has(Role.OWNER), says)


def hand_workflows(moves: Sequence[Move]) -> None:
    """Several roles in one workflow are one change of its record."""
    wanted: dict[int, list[Move]] = {}
    for move in moves:
        wanted.setdefault(move.record.pk, []).append(move)
    rows = list(Workflow.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    for row in rows:
        for move in wanted[row.pk]:
            if getattr(row, f"{move.kind.field}_id") == move.person.pk:
                setattr(row, move.kind.field, move.successor)
        row.version += 1
        row.updated_at = moves[0].at
    put_readiness(rows, at=moves[0].at)
    update_many(rows, [*OWNERS, "version", "updated_at", *KEPT])


def hand_field(moves: Sequence[Move]) -> None:
    """The person named in the field of the kind is another one; a new version where the record has versions."""
    kind = moves[0].kind
    successors = {move.record.pk: move.successor for move in moves}
    rows = list(kind.model._default_manager.select_for_update().filter(pk__in=successors).order_by("pk"))
    has_versions = any(each.name == "version" for each in kind.model._meta.concrete_fields)
    for row in rows:
        setattr(row, kind.field, successors[row.pk])
        if has_versions:
            row.version += 1
    update_many(rows, [kind.field, *(["version"] if has_versions else [])])


def hand_attestations(moves: Sequence[Move]) -> None:
    """Whoever is asked now sees from whom the question came, and why."""
    by_row = {move.record.pk: move for move in moves}
    rows = list(Attestation.objects.select_for_update().filter(pk__in=by_row).order_by("pk"))
    for row in rows:
        move = by_row[row.pk]
        row.assignee, row.handed_by, row.handed_at, row.handed_reason = move.successor, move.by, move.at, move.reason
    update_many(rows, ["assignee", "handed_by", "handed_at", "handed_reason"])


def hand_executors(moves: Sequence[Move]) -> None:
    """One name goes and another comes, unless it is there already."""
    for move in moves:
        option = ContainmentOption.objects.select_for_update().get(pk=move.record.option_id)
        named = ContainmentExecutor.objects.filter(option=option)
        named.filter(user=move.person).get().delete()
        if move.successor is not None and not named.filter(user=move.successor).exists():
            ContainmentExecutor.objects.create(option=option, user=move.successor)
        option.version += 1
        option.save()


@dataclass(frozen=True)
class PersonFields(Kind):
    """Workflows that name somebody in a custom field for people."""

    def held_by(self, person: User) -> Rows:
        keys = _person_fields()
        named = [Q(custom__contains={key: {PERSON: person.pk}}) for key in keys]
        rows: Rows = Workflow.objects.filter(reduce(or_, named)) if named else Workflow.objects.none()
        return rows.order_by("pk")

    def of_leavers(self) -> Counter[int]:
        """Not counted: what such a field means is the organisation's own."""
        return Counter()


def _person_fields() -> list[str]:
    return list(CustomField.objects.in_use().filter(kind=FieldKind.PERSON).values_list("key", flat=True))


def hand_person_fields(moves: Sequence[Move]) -> None:
    keys, by_row = set(_person_fields()), {move.record.pk: move for move in moves}
    rows = list(Workflow.objects.select_for_update().filter(pk__in=by_row).order_by("pk"))
    for row in rows:
        move = by_row[row.pk]
        taken = {PERSON: move.successor.pk} if move.successor else None
        row.custom = {
            key: taken if taken and key in keys and person_of(value) == move.person.pk else value
            for key, value in row.custom.items()
        }
        row.version += 1
        row.updated_at = move.at
    update_many(rows, ["custom", "version", "updated_at"])


def _of_workflow(record: Any) -> str:
    return f"{record.workflow.reference} {record.workflow.name}: {record}"


def _capability_title(record: Any) -> str:
    return f"{record.workflow.reference} {record.workflow.name}: {record.get_capability_display()}"


def _page(name: str) -> Any:
    return lambda record: reverse(name, args=[record.workflow_id])


KINDS = (
    *(
        Kind(
            key, label, Workflow, name, Q, lambda row: f"{row.reference} {row.name}", Workflow.get_absolute_url,
            hand_workflows, fits=may_own,
        )
        for key, label, name in PEOPLE
    ),
    Kind(
        "signal", gettext_lazy("Owner of a signal"), Signal, "owner", lambda: Q(is_active=True), _of_workflow,
        _page("workflow-signals"), hand_field, names=("workflow",),
    ),
    Kind(
        "executor", gettext_lazy("May execute a containment option"), ContainmentExecutor, "user",
        lambda: Q(option__is_active=True),
        lambda row: f"{row.option.workflow.reference} {row.option.workflow.name}: {row.option}",
        lambda row: reverse("workflow-containment", args=[row.option.workflow_id]),
        hand_executors, names=("option__workflow",),
    ),
    Kind(
        "gap", gettext_lazy("Closes a gap"), CapabilityRecord, "owner", lambda: OPEN, _capability_title,
        CapabilityRecord.get_absolute_url, hand_field, names=("workflow",),
    ),
    Kind(
        "gate-condition", gettext_lazy("Owes a condition of an approval"), GateCondition, "owner",
        lambda: Q(met_at__isnull=True, request__status__in=OWED),
        lambda row: f"{row.request.workflow.reference} {row.request.workflow.name}: {row}",
        GateCondition.get_absolute_url, hand_field, names=("request__workflow",),
    ),
    Kind(
        "playbook", gettext_lazy("Owner of a playbook"), Playbook, "owner", Q,
        lambda row: f"{row.workflow.reference} {row.workflow.name}", Playbook.get_absolute_url, hand_field,
        names=("workflow",),
    ),
    Kind(
        "rules", gettext_lazy("Owner of rules"), OrganisationRules, "owner", standing, str,
        OrganisationRules.get_absolute_url, hand_field,
    ),
    Kind(
        "attestation", gettext_lazy("Is asked to attest"), Attestation, "assignee",
        lambda: STILL_OPEN & Q(campaign__status="OPEN"),
        lambda row: f"{row.workflow.reference} {row.workflow.name}: {row.campaign}",
        Attestation.get_absolute_url, hand_attestations, names=("workflow", "campaign"),
    ),
    Kind(
        "vendor", gettext_lazy("Keeps the relation to a vendor"), Vendor, "owner", Q, str, Vendor.get_absolute_url,
        hand_field,
    ),
    PersonFields(
        "custom-field", gettext_lazy("Named in a custom field"), Workflow, "", Q,
        lambda row: f"{row.reference} {row.name}", Workflow.get_absolute_url, hand_person_fields,
    ),
    Kind(
        "campaign", gettext_lazy("Hears of late attestations"), AttestationCampaign, "escalate_to",
        lambda: Q(status="OPEN"), str, AttestationCampaign.get_absolute_url, hand_field,
    ),
)  # fmt: skip


def declare_own() -> None:
    declare(KINDS, place=1)
