"""What the registry says about one workflow, as plain data ready to be frozen."""

from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch

from registry.models import ContainmentOption, Role, Surface, SurfaceVersion, TierAssessment, User, Workflow
from registry.models.workflow_words import OWNERS, Tier
from registry.reports import gaps, readiness
from registry.reports.custom_values import told
from registry.reports.tiers import Judgement, Reason, judgements, read_assessment

RECORD = (
    "purpose", "outputs", "affected_people", "topic", "system_name", "contract_reference", "autonomy",
    "production_basis", "impact", "is_public_facing", "uses_personal_data", "initiated_date", "developed_date",
    "implemented_date", "retired_date", "next_review_date", "tags",
)  # fmt: skip


def tier_mark(symbol: str) -> dict[str, str] | None:
    return {"code": symbol, "label": str(Tier(symbol).label)} if symbol else None


def _name(person: User | None) -> str | None:
    return person.name if person is not None else None


def identity(workflow: Workflow) -> dict[str, Any]:
    unit = workflow.business_unit
    return {
        "reference": workflow.reference,
        "name": workflow.name,
        "stage": str(workflow.get_stage_display()),
        "tier": tier_mark(workflow.tier),
        "unit": str(unit) if unit else None,
        "part_of": str(unit.parent) if unit and unit.parent else None,
        "vendor": str(workflow.vendor) if workflow.vendor else None,
        "registered_at": workflow.created_at,
        "changed_at": workflow.updated_at,
        "record": [
            *({"label": _label(name), "value": _value(workflow, name)} for name in RECORD),
            *({"label": one.field.name, "value": one.value or None} for one in told(workflow)),
        ],
        "people": [_person(_label(name), getattr(workflow, name)) for name in OWNERS],
    }


def _label(name: str) -> str:
    field: Any = Workflow._meta.get_field(name)
    label = str(field.verbose_name)
    return label[:1].upper() + label[1:]


def _value(workflow: Workflow, name: str) -> str | None:
    display = getattr(workflow, f"get_{name}_display", None)
    value = display() if display else getattr(workflow, name)
    if isinstance(value, date):
        return value.isoformat()
    return (", ".join(value) if isinstance(value, list) else str(value or "")) or None


def _person(role: str, person: User | None) -> dict[str, Any]:
    return {
        "role": role,
        "name": _name(person),
        "title": (person.title or None) if person else None,
        "is_active": person.is_active if person else None,
    }


def assessments(workflow: Workflow) -> list[dict[str, Any]]:
    """Newest first; the first is the one in force."""
    rows = workflow.tier_assessments.select_related("rule_set", "assessed_by", "override_decided_by")
    return [_assessment(judged) for judged in judgements(list(rows))]


def _assessment(judged: Judgement) -> dict[str, Any]:
    row: TierAssessment = judged.assessment
    reading = read_assessment(row)
    override = None
    if row.override_tier:
        override = {
            "tier": tier_mark(row.override_tier),
            "status": str(row.get_override_status_display()),
            "reason": row.override_reason,
            "until": row.override_until_date,
            "decided_by": _name(row.override_decided_by),
            "decided_at": row.override_decided_at,
            "decision_reason": row.override_decision_reason or None,
        }
    return {
        "tier": tier_mark(row.tier),
        "by_the_rules": tier_mark(row.computed_tier),
        "rule": reading.rule,
        "rule_set": str(row.rule_set),
        "by": row.assessed_by.name,
        "at": row.assessed_at,
        "causes": [_reason(cause) for cause in reading.causes],
        "answers": [_reason(answer) for answer in judged.answers],
        "ai_act": _act(judged),
        "differences": [{"subject": d.subject, "before": d.old, "after": d.new} for d in judged.differences],
        "override": override,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "subject": str(reason.subject),
        "level": str(reason.level),
        "meaning": str(reason.meaning) or None,
        "reason": reason.reason or None,
        "evidence": list(reason.evidence),
    }


def _act(judged: Judgement) -> dict[str, Any] | None:
    """The finding about the EU AI Act and the answers it rests on; nothing where the class was given as it is."""
    found = judged.act
    if found is None:
        return None
    return {
        "class": found.ai_act,
        "ground": found.ground,
        "provisions": [{"provision": point.provision, "text": point.text} for point in found.points],
        "duties": [*found.duties, *found.not_yet],
        "answers": [
            {
                "question": row.text,
                "provision": row.provision,
                "answer": "; ".join(point.text for point in row.points) or row.none,
                "reason": row.reason or None,
            }
            for row in judged.act_answers
        ],
    }


def capabilities(workflow: Workflow, on: date) -> list[dict[str, Any]]:
    """What the newest assessment asks for; what is missing first."""
    return gaps.dossier(gaps.needs_of(workflow, workflow.tier_assessments.order_by("-id").first(), on))


def readiness_of(workflow: Workflow, at: datetime) -> list[dict[str, Any]]:
    """Seen, stopped, explained, improved, each with its checks."""
    return readiness.dossier(readiness.judgement_of(workflow, at))


def surfaces(workflow: Workflow) -> list[dict[str, Any]]:
    people = SurfaceVersion.objects.select_related("recorded_by", "known_good_by")
    rows = workflow.surfaces.prefetch_related(Prefetch("current", people), Prefetch("known_good", people))
    return [_surface(row) for row in rows]


def _surface(row: Surface) -> dict[str, Any]:
    return {
        "kind": str(row.get_kind_display()),
        "name": row.name,
        "is_active": row.is_active,
        "is_at_known_good": row.is_at_known_good,
        "current": _version(row.current),
        "known_good": _version(row.known_good),
    }


def _version(row: SurfaceVersion | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "label": row.label,
        "digest": row.digest or None,
        "note": row.note or None,
        "author": row.author or None,
        "changed_at": row.changed_at,
        "recorded_by": row.recorded_by.name,
        "known_good_at": row.known_good_at,
        "known_good_by": _name(row.known_good_by),
        "known_good_note": row.known_good_note or None,
    }


def containment(workflow: Workflow, at: datetime) -> list[dict[str, Any]]:
    """In graduated order, mildest first; those no longer available last."""
    rows = workflow.containment_options.prefetch_related("containmentexecutor_set__user")
    in_order = sorted(rows, key=lambda row: (not row.is_active, row.rank, row.pk))
    return [_option(row, at) for row in in_order]


def _option(row: ContainmentOption, at: datetime) -> dict[str, Any]:
    return {
        "name": row.name,
        "kind": str(row.get_kind_display()),
        "rung": row.rung.label,
        "instructions": row.instructions,
        "executors": [
            *(str(dict(Role.choices).get(role, role)) for role in row.executors),
            *(named.user.name for named in row.containmentexecutor_set.all()),
        ],
        "expected_minutes": row.expected_minutes,
        "load_carrier": row.load_carrier or None,
        "effect": row.effect,
        "is_active": row.is_active,
        "proven_at": row.proven_at,
        "proven_in": str(row.get_proven_in_display()) or None,
        "proven_how": row.proven_how or None,
        "proven_minutes": row.proven_minutes,
        "is_proof_stale": row.is_proof_stale(at),
    }
