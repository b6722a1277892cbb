"""The governed state of a workflow, frozen: what was in force at a moment, hashed so that it cannot change unseen."""

from datetime import datetime
from typing import Any

from incidents.models import GovernedSnapshot, Incident
from registry.kernel.documents.canonical import canonical, digest
from registry.models import ContainmentOption, Restriction, Surface, User, Workflow


def snapshot(incident: Incident, workflow: Workflow, *, at: datetime, occasion: str) -> GovernedSnapshot:
    """`occasion` is an upper-case symbol such as DECLARED or BEFORE_ROLLBACK.

    The hash is over the canonical JSON of the content, times as ISO 8601 text in it.
    """
    content = _content(Workflow.objects.get(pk=workflow.pk))
    return GovernedSnapshot.objects.create(
        incident=incident,
        workflow=workflow,
        occasion=occasion,
        content=content,
        sha256=digest(canonical(content)),
        taken_at=at,
    )


def _content(workflow: Workflow) -> dict[str, Any]:
    newest = workflow.tier_assessments.select_related("assessed_by").order_by("-id").first()
    return {
        "workflow": {
            "reference": workflow.reference,
            "name": workflow.name,
            "stage": workflow.stage,
            "tier": workflow.tier,
            "version": workflow.version,
            "business_owner": _person(workflow.business_owner),
            "technical_owner": _person(workflow.technical_owner),
            "deputy": _person(workflow.deputy),
        },
        "assessment": newest
        and {
            "id": newest.pk,
            "tier": newest.tier,
            "ai_act_class": newest.ai_act_class,
            "assessed_by": _person(newest.assessed_by),
            "assessed_at": newest.assessed_at.isoformat(),
        },
        "surfaces": [
            _surface(surface)
            for surface in workflow.surfaces.filter(is_active=True)
            .select_related("current", "known_good")
            .order_by("kind", "name", "id")
        ],
        "containment_options": [_option(option) for option in workflow.containment_options.order_by("id")],
        "in_force": [_restriction(each) for each in workflow.restrictions.in_force().order_by("id")],
    }


def _person(user: User | None) -> dict[str, Any] | None:
    return {"id": user.pk, "name": user.name} if user else None


def _surface(surface: Surface) -> dict[str, Any]:
    current, good = surface.current, surface.known_good
    return {
        "id": surface.pk,
        "kind": surface.kind,
        "kind_label": str(surface.get_kind_display()),
        "name": surface.name,
        "current": current.label if current else "",
        "digest": current.digest if current else "",
        "changed_at": current.changed_at.isoformat() if current else "",
        "known_good": good.label if good else "",
        "is_at_known_good": surface.is_at_known_good,
    }


def _restriction(restriction: Restriction) -> dict[str, Any]:
    return {
        "id": restriction.pk,
        "name": restriction.name,
        "effect": restriction.effect,
        "revision": restriction.revision,
        "applied_at": restriction.applied_at.isoformat(),
    }


def _option(option: ContainmentOption) -> dict[str, Any]:
    return {
        "id": option.pk,
        "kind": option.kind,
        "name": option.name,
        "is_active": option.is_active,
        "proven_at": option.proven_at.isoformat() if option.proven_at else "",
    }
