"""What an organisation must be able to do once a workflow is judged above low in an area.

Source: the decision framework's column of required response capabilities; each belongs to exactly one area.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from registry.risk_areas import Area, Level

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Capability:
    """`key` is stored and never changes; `area` is the answer that asks for it."""

    key: str
    area: Area
    name: "StrPromise"
    meaning: "StrPromise"


CAPABILITIES: tuple[Capability, ...] = (
    Capability(
        "ESCALATION_PATH",
        Area.CUSTOMER_EXPOSURE,
        _("Escalation path"),
        _("It is settled who is told first and who decides next."),
    ),
    Capability(
        "COMMUNICATION_PLAN",
        Area.CUSTOMER_EXPOSURE,
        _("Communication plan"),
        _("It is settled when affected people are told, by whom, and who approves the words."),
    ),
    Capability(
        "REVIEW_QUEUE",
        Area.CUSTOMER_EXPOSURE,
        _("Review queue"),
        _("Results can be held for a person to look at before they go out."),
    ),
    Capability(
        "EVIDENCE_CONTROLS",
        Area.DATA_SENSITIVITY,
        _("Evidence controls"),
        _("Evidence is kept under hash and custody, and only the right people read it."),
    ),
    Capability(
        "REDACTION",
        Area.DATA_SENSITIVITY,
        _("Redaction"),
        _("Sensitive parts can be taken out of a copy while the original stays whole."),
    ),
    Capability(
        "ACCESS_LIMITS",
        Area.DATA_SENSITIVITY,
        _("Access limits"),
        _("The workflow and its records can be reached only by those who need them."),
    ),
    Capability(
        "RETENTION_POLICY",
        Area.DATA_SENSITIVITY,
        _("Retention policy"),
        _("It is settled how long inputs, results and logs are kept, and when they go."),
    ),
    Capability(
        "KILL_SWITCH",
        Area.AUTONOMY,
        _("Kill switch"),
        _("A responder can stop the workflow in seconds without a deployment."),
    ),
    Capability(
        "APPROVAL_GATE",
        Area.AUTONOMY,
        _("Approval gate"),
        _("Every action can be made to wait for a person."),
    ),
    Capability(
        "ROLLBACK",
        Area.AUTONOMY,
        _("Rollback"),
        _("Each surface can be put back to a version known to be good."),
    ),
    Capability(
        "TOOL_LOGGING",
        Area.AUTONOMY,
        _("Tool-level logging"),
        _("Each tool call is recorded with its arguments and its answer."),
    ),
    Capability(
        "STRICT_CONTAINMENT",
        Area.REVERSIBILITY,
        _("Strict containment"),
        _("The path to actions that cannot be undone can be closed by itself."),
    ),
    Capability(
        "HUMAN_APPROVAL",
        Area.REVERSIBILITY,
        _("Human approval"),
        _("A named person approves each action that is hard to undo."),
    ),
    Capability(
        "RECOVERY_PLAN",
        Area.REVERSIBILITY,
        _("Recovery plan"),
        _("It is written down how changed records are found and put right."),
    ),
    Capability(
        "SEVERITY_MODEL",
        Area.BUSINESS_IMPACT,
        _("Severity model"),
        _("The severity scale has been agreed for this workflow before it is needed."),
    ),
    Capability(
        "EXECUTIVE_ESCALATION",
        Area.BUSINESS_IMPACT,
        _("Executive escalation"),
        _("It is settled which executive is called, for what, and how to reach them at night."),
    ),
    Capability(
        "POST_INCIDENT_REVIEW",
        Area.BUSINESS_IMPACT,
        _("Post-incident review"),
        _("A review follows every incident and its actions are tracked to the end."),
    ),
    Capability(
        "TRACE_IDS",
        Area.OBSERVABILITY,
        _("Trace ids"),
        _("One identifier ties together everything that led to a result."),
    ),
    Capability(
        "LOGS",
        Area.OBSERVABILITY,
        _("Logs"),
        _("Prompts, retrieval, model calls, tools, approvals and outcomes are logged with their times."),
    ),
    Capability(
        "VERSION_RECORDS",
        Area.OBSERVABILITY,
        _("Version records"),
        _("It is known which version of each surface was live at any past moment."),
    ),
    Capability(
        "EVIDENCE_PACKAGE",
        Area.OBSERVABILITY,
        _("Incident evidence package"),
        _("Everything needed to explain one result can be collected in one go."),
    ),
    Capability(
        "EVAL_UPDATE",
        Area.RECURRENCE,
        _("Evaluation update"),
        _("Failures become test cases that run before each change."),
    ),
    Capability(
        "MONITORING_ALERT",
        Area.RECURRENCE,
        _("Monitoring alert"),
        _("A signal with a threshold and an owner watches for the failure coming back."),
    ),
    Capability(
        "ROOT_CAUSE_REMEDIATION",
        Area.RECURRENCE,
        _("Root-cause remediation"),
        _("Repeated failures lead to a change of cause, not another correction."),
    ),
)


def required_capabilities(answers: Mapping[Area, Level]) -> tuple[Capability, ...]:
    """What these answers ask for, in the order of the areas; an area not answered yet asks for nothing yet."""
    above_low = {area for area, level in answers.items() if level is not Level.LOW}
    return tuple(capability for capability in CAPABILITIES if capability.area in above_low)
