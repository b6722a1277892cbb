"""The OECD common reporting framework: 29 criteria, in their order."""

from typing import Any, Final

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from incidents.severity_inputs import Autonomy, BlastRadius, Category, DataInvolved, Exposure, Harm
from incidents.standards import vocabulary as words
from incidents.standards.fields import Field, Place, direct, from_fact, missing, partial
from incidents.standards.known import Known
from registry.severities import Severity

NAME: Final = "OECD common reporting framework for AI incidents"
RELATION: Final = {
    "HARMFUL_OUTPUT": "Direct cause",
    "UNFAIR_OUTCOME": "Direct cause",
    "TOOL_MISUSE": "Direct cause",
    "DRIFT": "Direct cause",
    "DATA_EXPOSURE": "Contributing factor",
    "REPEATED_NEAR_MISS": "Contributing factor",
    "MANIPULATION": "Intentional misuse",
    "REVIEW_FAILURE": "Overreliance",
}
AUTONOMY: Final = {
    Autonomy.RECOMMENDS: words.OECD_AUTONOMY[0],
    Autonomy.ACTS_AFTER_APPROVAL: words.OECD_AUTONOMY[1],
    Autonomy.ACTS_ALONE: words.OECD_AUTONOMY[3],
}
BREADTH: Final = {
    BlastRadius.ONE_CASE: "One case",
    BlastRadius.SEGMENT: "A segment of the users of one system",
    BlastRadius.WORKFLOW: "All users of one system",
    BlastRadius.BEYOND: "Beyond one system",
}
BY_FACT: Final = {
    6: ("Country", "Countries"),
    12: ("Quantification of harm", "Number affected", "Loss"),
    15: ("Rights affected",),
    16: ("AI principles",),
    17: ("Industry", "Industries"),
    19: ("Critical functions",),
    21: ("Training data",),
    22: ("Model link",),
    23: ("Usage rights",),
    24: ("Interaction of AI systems",),
    25: ("AI tasks", "AI task"),
    28: ("Steps to reproduce",),
}
"""Criteria that nothing but a fact of the room answers, with what the fact is called."""


def fields(known: Known) -> list[Field]:
    return [_field(number, known) for number in words.OECD_CRITERIA]


def document(known: Known) -> dict[str, Any]:
    """One JSON document: the criteria with their values, how well each fits, and where it comes from."""
    return {
        "framework": NAME,
        "reference": known.reference,
        "organisation": known.organisation,
        "exported": known.exported.isoformat(),
        "criteria": [
            {
                "number": int(each.key),
                "criterion": each.name,
                "mandatory": each.is_mandatory,
                "value": each.value,
                "mapping": each.fit.lower(),
                "source": each.source or None,
                "note": each.hint or None,
            }
            for each in fields(known)
        ],
    }


def _field(number: int, known: Known) -> Field:
    at = {"key": str(number), "name": words.OECD_CRITERIA[number], "is_mandatory": number in words.OECD_MANDATORY}
    if number in BY_FACT:
        return from_fact(at["key"], at["name"], known, *BY_FACT[number], is_mandatory=at["is_mandatory"])  # type: ignore[arg-type]
    return _HOW[number](known, at)


def _title(known: Known, at: dict[str, Any]) -> Field:
    return direct(value=known.title, source=_("Title"), **at)


def _description(known: Known, at: dict[str, Any]) -> Field:
    text = "\n\n".join(part for part in (known.summary, known.harm_seen) if part)
    return direct(value=text, source=_("What was seen, and the harm seen or feared"), **at)


def _relation(known: Known, at: dict[str, Any]) -> Field:
    said = from_fact(at["key"], at["name"], known, "Relation of the AI system", words=words.OECD_RELATION)
    if said.value:
        return Field(**{**vars(said), "is_mandatory": True})
    hint = _("Translated from the kind; enter a fact called “Relation of the AI system” to say it yourself.")
    return partial(
        value=RELATION.get(known.kind), source=_("Kind: %(kind)s") % {"kind": known.kind_label}, place=Place.FACTS,
        hint=hint, **at,
    )  # fmt: skip


def _submitter(known: Known, at: dict[str, Any]) -> Field:
    value = {"name": known.submitter, "organisation": known.organisation}
    return direct(
        value=value if known.organisation else None, source=_("Whoever exports it, and the organisation"), **at
    )


def _date(known: Known, at: dict[str, Any]) -> Field:
    found = known.first_known()
    if found is None:
        return missing(place=Place.TIMES, hint=_("Enter when it occurred or started."), **at)
    kind, moment = found
    day = localdate(moment).isoformat()
    if kind == "DETECTED":
        hint = _("Only when it was detected is known. Enter when it occurred or started.")
        return partial(value=day, source=_("Detected"), place=Place.TIMES, hint=hint, **at)
    return direct(value=day, source=_("Occurred") if kind == "OCCURRED" else _("Started"), place=Place.TIMES, **at)


def _materials(known: Known, at: dict[str, Any]) -> Field:
    hint = _("Named by kind and number; the pieces themselves stay here.")
    return partial(
        value=list(known.evidence), source=_("Evidence"), place=Place.EVIDENCE,
        hint=hint if known.evidence else _("Add evidence that is not restricted."), **at,
    )  # fmt: skip


def _system(known: Known, at: dict[str, Any]) -> Field:
    value = [{"name": each.name, "version": each.version or None} for each in known.systems]
    if value and all(each["version"] for each in value):
        return direct(value=value, source=_("Affected workflows and their model"), place=Place.WORKFLOW, **at)
    hint = _("The version is missing: record the model among the surfaces of the workflow.")
    if not value:
        return missing(place=Place.WORKFLOWS, hint=_("Name the affected workflow."), **at)
    return partial(value=value, source=_("Affected workflows"), place=Place.WORKFLOW, hint=hint, **at)


def _organisations(known: Known, at: dict[str, Any]) -> Field:
    developers = sorted({each.vendor for each in known.systems if each.vendor})
    value = {"deployer": known.organisation, "developers": developers}
    source = _("The organisation, and the vendors of the affected workflows")
    if developers:
        return direct(value=value, source=source, place=Place.WORKFLOW, **at)
    hint = _("No vendor is named. Where the system was made here, that is right; otherwise name the vendor.")
    return partial(value=value if known.organisation else None, source=source, place=Place.WORKFLOW, hint=hint, **at)


def severity(known: Known) -> str:
    """Hazards could have harmed, incidents did. A disaster is never claimed by a rule."""
    harmed = known.inputs.get("harm", Harm.NONE_CONFIRMED) != Harm.NONE_CONFIRMED
    if known.category != Category.INCIDENT:
        return "Hazard"
    if known.severity == Severity.SEV1:
        return "Serious incident" if harmed else "Serious hazard"
    if not known.severity:
        return ""
    return "Incident" if harmed else "Hazard"


def _severity(known: Known, at: dict[str, Any]) -> Field:
    hint = _("Translated from severity and confirmed harm; the scales are not the same.")
    source = _("Severity and harm")
    return partial(value=severity(known), source=source, place=Place.SEVERITY, hint=hint, **at)


def harms(known: Known) -> list[str]:
    """In the order of the framework."""
    given = known.inputs
    found = set()
    if known.kind == "UNFAIR_OUTCOME" or given.get("data", DataInvolved.NONE) != DataInvolved.NONE:
        found.add("Human or fundamental rights")
    if any(each.impact in {"SAFETY", "BOTH"} for each in known.systems) and given.get("harm") == Harm.SERIOUS:
        found.add("Physical")
    if given.get("harm") in {Harm.MATERIAL, Harm.SERIOUS}:
        found.add("Economic/property")
    if given.get("exposure") == Exposure.MANY_OR_PUBLIC:
        found.add("Reputational")
    return [each for each in words.OECD_HARM if each in found]


def _harm(known: Known, at: dict[str, Any]) -> Field:
    said = from_fact(at["key"], at["name"], known, "Harm type", words=words.OECD_HARM)
    if said.value:
        return Field(**{**vars(said), "is_mandatory": True})
    hint = _("Concluded from the answers about severity; enter a fact called “Harm type” to say it yourself.")
    found = harms(known)
    return partial(value=found, source=_("Answers about severity"), place=Place.FACTS, hint=hint, **at)


def _misuse(known: Known, at: dict[str, Any]) -> Field:
    value = known.kind_label if known.kind in {"MANIPULATION", "TOOL_MISUSE"} else ""
    hint = _("Only the kind is known; what was done stands in the description.")
    return partial(value=value, source=_("Kind"), place=Place.FACTS, hint=hint, **at)


def _stakeholders(known: Known, at: dict[str, Any]) -> Field:
    said = from_fact(at["key"], at["name"], known, "Affected people", "Affected stakeholders")
    if said.value:
        return said
    people = [each.affected_people for each in known.systems if each.affected_people]
    hint = _("Whom the workflow can affect, not whom it did. Enter a fact called “Affected people”.")
    return partial(value=people, source=_("Affected people of the workflow"), place=Place.FACTS, hint=hint, **at)


def _function(known: Known, at: dict[str, Any]) -> Field:
    said = from_fact(at["key"], at["name"], known, "Business function", words=words.OECD_FUNCTION)
    if said.value:
        return said
    units = sorted({each.unit for each in known.systems if each.unit})
    hint = _("The name of the unit, not a word of the framework. Enter a fact called “Business function”.")
    return partial(value=units, source=_("Business unit of the workflow"), place=Place.FACTS, hint=hint, **at)


def _breadth(known: Known, at: dict[str, Any]) -> Field:
    value = BREADTH.get(known.inputs.get("blast_radius"), "")  # type: ignore[call-overload]
    hint = _("How far the incident reached, which is no more than the deployment.")
    return partial(value=value, source=_("Reach, as judged"), place=Place.SEVERITY, hint=hint, **at)


def _autonomy(known: Known, at: dict[str, Any]) -> Field:
    levels = [each.autonomy for each in known.systems] + [str(known.inputs.get("autonomy", ""))]
    found = [level for level in Autonomy if level in levels]
    value = AUTONOMY[found[-1]] if found else ""
    source = _("What the workflow may do by itself, and the answers about severity")
    return direct(value=value, source=source, place=Place.WORKFLOW, **at)


def _actions(known: Known, at: dict[str, Any]) -> Field:
    hint = _("What was carried out to contain it. Corrections to those affected belong here too.")
    return partial(value=list(known.actions), source=_("Containment"), place=Place.CONTAINMENT, hint=hint, **at)


def _additional(known: Known, at: dict[str, Any]) -> Field:
    taken = {label.casefold() for labels in BY_FACT.values() for label in labels} | OTHER_FACTS
    value = {label: text for label, text in known.facts.items() if label.strip().casefold() not in taken}
    return direct(value=value, source=_("Facts that answer nothing else"), place=Place.FACTS, **at)


OTHER_FACTS: Final = frozenset({
    "relation of the ai system", "harm type", "affected people", "affected stakeholders", "business function",
    "public report", "author of the report", "published", "harmed parties", "cve", "metrics",
})  # fmt: skip
"""Facts that other fields of this and the other frameworks take up, in small letters."""
_HOW: Final = {
    1: _title, 2: _description, 3: _relation, 4: _submitter, 5: _date, 7: _materials, 8: _system, 9: _organisations,
    10: _severity, 11: _harm, 13: _misuse, 14: _stakeholders, 18: _function, 20: _breadth, 26: _autonomy,
    27: _actions, 29: _additional,
}  # fmt: skip
