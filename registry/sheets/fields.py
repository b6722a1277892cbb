"""What a row can say about a workflow: the fields a mapping may fill, and how each is read unless told otherwise.

Rows about other records are read by fields of their own, which are handed to whatever asks for fields.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    """How the text of a cell becomes a value. TEXT keeps its lines; NAME is brought to one line.

    NUMBER, MOMENT and LIST occur in records other than workflows only.
    """

    TEXT = "text"
    NAME = "name"
    DATE = "date"
    CHOICE = "choice"
    TAGS = "tags"
    EMAIL = "email"
    NUMBER = "number"
    MOMENT = "moment"
    LIST = "list"


@dataclass(frozen=True)
class Field:
    """`limit` is in characters. `spellings` maps each symbol of a choice to words that are known to mean it.

    `fallback` is the symbol of an answer that is missing; it is worth a warning unless it is UNKNOWN.
    `headings` are words by which a column for this field is recognised, most telling first. Without a column for a
    field that `is_needed`, no row says enough.
    """

    label: str | Promise
    kind: Kind
    headings: tuple[str, ...]
    limit: int | None = None
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fallback: str | None = None
    is_needed: bool = False


_YES_NO = {
    "YES": ("yes", "y", "true", "1", "x", "ja", "oui", "sí"),
    "NO": ("no", "n", "false", "0", "nein", "non"),
    "UNKNOWN": ("unknown", "not known", "unsure", "tbd", "to be determined", "not reported"),
}
_STAGES = {
    "PROPOSED": (
        "proposed",
        "proposal",
        "idea",
        "ideation",
        "initiated",
        "initiation",
        "planned",
        "concept",
        "backlog",
    ),
    "DEVELOPMENT": ("development", "in development", "acquisition and or development", "build", "testing", "prototype"),
    "PILOT": ("pilot", "pilot phase", "in pilot", "trial", "beta", "implementation and assessment", "proof of concept"),
    "PRODUCTION": (
        "production",
        "in production",
        "live",
        "operation and maintenance",
        "operational",
        "in use",
        "active",
    ),
    "RETIRED": ("retired", "decommissioned", "inactive", "withdrawn", "archived", "sunset"),
}
_IMPACTS = {
    "RIGHTS": ("rights", "rights impacting"),
    "SAFETY": ("safety", "safety impacting"),
    "BOTH": ("both", "rights and safety", "rights impacting and safety impacting", "safety and rights impacting"),
    "NEITHER": ("neither", "none", "no"),
    "UNKNOWN": ("unknown", "unsure", "not assessed", "tbd", "to be determined", "not reported"),
}

# A bound on prose keeps a row within what full-text search can index.
_PROSE = 50_000

FIELDS: dict[str, Field] = {
    "name": Field(
        _("Name"),
        Kind.NAME,
        ("use case name", "workflow name", "system title", "name", "title", "use case", "workflow"),
        300,
        is_needed=True,
    ),
    "purpose": Field(_("Purpose"), Kind.TEXT, ("purpose", "benefits", "objective", "description", "summary"), _PROSE),
    "outputs": Field(_("Outputs"), Kind.TEXT, ("outputs", "output", "results"), _PROSE),
    "business_unit": Field(
        _("Business unit"),
        Kind.NAME,
        ("business unit", "bureau", "department", "unit", "team", "component", "office"),
        200,
    ),
    "parent_unit": Field(
        _("Parent unit"),
        Kind.NAME,
        ("parent unit", "agency", "division", "organisation", "organization", "company"),
        200,
    ),
    "stage": Field(
        _("Lifecycle stage"),
        Kind.CHOICE,
        ("stage", "lifecycle", "life cycle", "phase", "status"),
        None,
        _STAGES,
        "PROPOSED",
    ),
    "initiated_date": Field(_("Initiated"), Kind.DATE, ("date initiated", "initiated", "start date", "proposed on")),
    "developed_date": Field(
        _("Development began"), Kind.DATE, ("development began", "developed", "acquired", "build date")
    ),
    "implemented_date": Field(
        _("Implemented"), Kind.DATE, ("implemented", "go live", "live since", "deployed", "launch")
    ),
    "retired_date": Field(_("Retired"), Kind.DATE, ("date retired", "retired", "decommissioned", "end date")),
    "vendor": Field(
        _("Vendor"), Kind.NAME, ("vendor", "supplier", "provider name", "manufacturer", "third party"), 200
    ),
    "topic": Field(_("Topic"), Kind.NAME, ("topic area", "topic", "category", "subject", "domain"), 120),
    "affected_people": Field(
        _("Affected people"),
        Kind.TEXT,
        ("affected people", "affected persons", "people affected", "users", "audience"),
        _PROSE,
    ),
    "is_public_facing": Field(
        _("Faces the public"),
        Kind.CHOICE,
        ("public facing", "customer facing", "information to the public", "external users"),
        None,
        _YES_NO,
        "UNKNOWN",
    ),
    "uses_personal_data": Field(
        _("Uses personal data"),
        Kind.CHOICE,
        ("personal data", "personally identifiable", "pii", "personal information", "gdpr"),
        None,
        _YES_NO,
        "UNKNOWN",
    ),
    "impact": Field(
        _("Impact on rights or safety"),
        Kind.CHOICE,
        ("rights impacting", "safety impacting", "impact type", "impact"),
        None,
        _IMPACTS,
        "UNKNOWN",
    ),
    "contract_reference": Field(
        _("Contract reference"),
        Kind.NAME,
        ("contract reference", "piid", "procurement instrument", "contract", "purchase order"),
        500,
    ),
    "system_name": Field(_("System name"), Kind.NAME, ("system name", "system", "application", "platform"), 300),
    "business_owner_email": Field(
        _("Business owner's address"),
        Kind.EMAIL,
        ("business owner", "owner email", "accountable", "owner", "contact"),
        254,
    ),
    "technical_owner_email": Field(
        _("Technical owner's address"),
        Kind.EMAIL,
        ("technical owner", "technical contact", "technical lead", "developer email", "maintainer"),
        254,
    ),
}


OWN = "field."
"""Begins the name of a field that the installation itself defined; its cells are read elsewhere, by what it takes."""
_OWN_NAME = re.compile(r"field\.[a-z][a-z0-9_]{0,29}", re.ASCII)


def is_field(name: object, fields: Mapping[str, Field] = FIELDS) -> bool:
    return isinstance(name, str) and (name in fields or (fields is FIELDS and _OWN_NAME.fullmatch(name) is not None))


def field_of(name: str, fields: Mapping[str, Field] = FIELDS) -> Field:
    """What a mapping may fill under this name; see `is_field`."""
    return fields.get(name) or Field(name, Kind.NAME, ())
