"""Where the evidence of a check is seen, and where a check is put right."""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse

from registry.kernel.audit.asof import moment
from registry.models import Workflow
from registry.readiness import Evidence

EVIDENCE: Mapping[str, Callable[[Workflow, Any], str]] = {
    "signal": lambda workflow, key: f"{reverse('workflow-signals', args=[workflow.pk])}#signal-{key}",
    "downstream": lambda workflow, _key: f"{reverse('workflow-signals', args=[workflow.pk])}#downstream",
    "option": lambda workflow, key: f"{reverse('workflow-containment', args=[workflow.pk])}#option-{key}",
    "surface": lambda _workflow, key: reverse("surface", args=[key]),
    "baseline": lambda _workflow, key: reverse("baseline", args=[key]),
    "assessment": lambda workflow, _key: reverse("workflow-tier", args=[workflow.pk]),
    "capability": lambda workflow, key: reverse("capability", args=[workflow.pk, key]),
    "incident": lambda _workflow, key: reverse("incident", args=[key]),
    "review": lambda _workflow, key: reverse("review", args=[key]),
    "action": lambda _workflow, key: reverse("action", args=[key]),
    "playbook": lambda workflow, _key: reverse("workflow-playbook", args=[workflow.pk]),
    "attestation": lambda workflow, _key: reverse("workflow-attestations", args=[workflow.pk]),
    "gate": lambda _workflow, key: reverse("gate-request", args=[key]),
}
"""Kind of evidence → its address. People and days have none."""
PLACES: Mapping[str, tuple[str, str]] = {
    "people": ("workflow-edit", "?part=people"),
    "record": ("workflow-edit", "?part=purpose"),
    "stage": ("workflow-edit", "?part=stage"),
    "tier": ("workflow-tier", ""),
    "signals": ("workflow-signals", ""),
    "containment": ("workflow-containment", ""),
    "gaps": ("workflow-capabilities", ""),
    "surfaces": ("workflow-surfaces", ""),
    "baselines": ("workflow-baselines", ""),
    "incidents": ("workflow-incidents", ""),
    "actions": ("workflow-actions", ""),
    "gates": ("workflow-gates", ""),
    "playbook": ("workflow-playbook", ""),
    "attestations": ("workflow-attestations", ""),
}
"""Where a check is put right → name of the address, and what follows it."""


def evidence_url(workflow: Workflow, evidence: Evidence) -> str:
    """Empty where there is none, or in an installation without the application that has the page."""
    find = EVIDENCE.get(evidence.kind)
    try:
        return find(workflow, evidence.key) if find is not None else ""
    except NoReverseMatch:
        return ""


def place_url(workflow: Workflow, where: str) -> str:
    """Empty on a page that shows the past, where it leads to a form."""
    name, rest = PLACES[where]
    if rest and moment() is not None:
        return ""
    try:
        return reverse(name, args=[workflow.pk]) + rest
    except NoReverseMatch:
        return ""
