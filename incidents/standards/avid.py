"""A report for the AI Vulnerability Database, after its data models."""

from typing import Any, Final

from django.utils.translation import gettext as _

from incidents.standards import vocabulary as words
from incidents.standards.fields import Field, Place, direct, from_fact, missing, partial
from incidents.standards.known import Known

NAME: Final = "AVID report"
LANGUAGE: Final = "eng"
MEANS: Final = {
    "HARMFUL_OUTPUT": ("P0204",),
    "DATA_EXPOSURE": ("S0301", "P0300"),
    "TOOL_MISUSE": ("P0400",),
    "UNFAIR_OUTCOME": ("E0100",),
    "MANIPULATION": ("S0403",),
    "DRIFT": ("P0102",),
    "REVIEW_FAILURE": ("P0200",),
    "REPEATED_NEAR_MISS": ("P0200",),
}
"""Kind of incident → codes of the SEP view. A kind that is not known yet means nothing."""


def document(known: Known) -> dict[str, Any]:
    """The report. What is missing is an empty list or empty words, as the data models want it."""
    value = {each.key: each.value for each in fields(known)}
    codes = MEANS.get(known.kind, ())
    return {
        "data_type": "AVID",
        "data_version": words.AVID_TAXONOMY,
        "metadata": {"report_id": ""},
        "affects": {
            "developer": value["affects.developer"] or [],
            "deployer": value["affects.deployer"] or [],
            "artifacts": value["affects.artifacts"] or [],
        },
        "problemtype": {
            "classof": "Undefined",
            "type": "Issue",
            "description": _said(value["problemtype.description"] or ""),
        },
        "metrics": [],
        "references": value["references"] or [],
        "description": _said(value["description"] or ""),
        "impact": {
            "avid": {
                "risk_domain": domains(codes),
                "sep_view": [words.sep(code) for code in codes],
                "lifecycle_view": [words.AVID_DEPLOYMENT],
                "taxonomy_version": words.AVID_TAXONOMY,
            }
        },
        "credit": [_said(value["credit"])] if value["credit"] else [],
        "reported_date": known.exported.isoformat(),
    }


def domains(codes: tuple[str, ...]) -> list[str]:
    found = {words.AVID_DOMAIN_OF[code[0]] for code in codes}
    return [each for each in words.AVID_DOMAINS if each in found]


def fields(known: Known) -> list[Field]:
    vendors = sorted({each.vendor for each in known.systems if each.vendor})
    return [
        missing("metadata.report_id", _("Report id"), hint=_("Given by AVID once it is accepted.")),
        direct(
            "affects.developer", _("Developer"), vendors, _("Vendors of the affected workflows"),
            place=Place.WORKFLOW, hint="" if vendors else _("Name the vendor of the workflow."), is_mandatory=True,
        ),
        direct(
            "affects.deployer", _("Deployer"), [known.organisation] if known.organisation else [],
            _("The organisation"), is_mandatory=True,
        ),
        _artifacts(known),
        direct("problemtype.description", _("Problem"), known.title, _("Title"), is_mandatory=True),
        partial(
            "problemtype.classof", _("Class"), "Undefined", _("AVID has no class for what an organisation saw itself"),
            hint=_("After publication in the AI Incident Database the class is “AIID Incident”."), is_mandatory=True,
        ),
        direct("problemtype.type", _("Type"), "Issue", _("What happened is an issue, not a measurement")),
        from_fact("metrics", _("Metrics"), known, "Metrics"),
        _references(known),
        direct("description", _("Description"), _text(known), _("What was seen, and the harm"), is_mandatory=True),
        *_impact(known),
        direct("credit", _("Credit"), known.submitter, _("Whoever exports it")),
        direct("reported_date", _("Reported"), known.exported.isoformat(), _("The day of the export")),
    ]  # fmt: skip


def _artifacts(known: Known) -> Field:
    value = [{"type": "System", "name": _named(each.name, each.version)} for each in known.systems]
    return direct(
        "affects.artifacts", _("Artifacts"), value, _("Affected workflows"), place=Place.WORKFLOWS,
        hint="" if value else _("Name the affected workflow."), is_mandatory=True,
    )  # fmt: skip


def _references(known: Known) -> Field:
    """Only what is public: addresses of this installation help nobody outside."""
    found = from_fact("references", _("References"), known, "Public report")
    if not found.value:
        return found
    urls = [each for each in str(found.value).split() if each.startswith(("https://", "http://"))]
    return direct(
        "references", _("References"), [{"type": "source", "label": known.title, "url": each} for each in urls],
        found.source, place=Place.FACTS, hint="" if urls else _("The fact holds no address."),
    )  # fmt: skip


def _impact(known: Known) -> list[Field]:
    codes = MEANS.get(known.kind, ())
    source = _("Kind: %(kind)s") % {"kind": known.kind_label}
    hint = (
        _("Translated from the kind; AVID distinguishes more.")
        if codes
        else _("Say what kind of incident it is when you judge its severity, or correct the report by hand.")
    )
    said = {"hint": hint, "is_mandatory": True}
    return [
        partial("impact.avid.risk_domain", _("Risk domain"), domains(codes), source, **said),
        partial("impact.avid.sep_view", _("SEP view"), [words.sep(code) for code in codes], source, **said),
        direct(
            "impact.avid.lifecycle_view", _("Lifecycle view"), [words.AVID_DEPLOYMENT],
            _("It happened in production"), is_mandatory=True,
        ),
    ]  # fmt: skip


def _text(known: Known) -> str:
    return "\n\n".join(part for part in (known.summary, known.harm_seen) if part)


def _named(name: str, version: str) -> str:
    return f"{name} ({version})" if version else name


def _said(text: Any) -> dict[str, str]:
    return {"lang": LANGUAGE, "value": str(text)}
