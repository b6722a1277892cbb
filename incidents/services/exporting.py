"""Handing an incident out in the words of a public framework; that it was done is on record first."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.policies.exporting import may_export, may_publish
from incidents.reports.outward import known_of
from incidents.standards import aiid, avid, oecd
from incidents.standards.fields import Field, Tally, tally
from registry.kernel.access.verdict import Verdict, require
from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.models import User

STANDARDS: Final = {"oecd": oecd, "avid": avid, "aiid": aiid}
AS_LINK: Final = "aiid"
"""The one that is no file but leads to somebody else's form."""


@dataclass(frozen=True)
class Mapped:
    """One framework: every field with how well it fits, and whether it may be taken."""

    key: str
    name: str
    fields: tuple[Field, ...]
    tally: Tally
    verdict: Verdict

    @property
    def is_link(self) -> bool:
        return self.key == AS_LINK


def mapped(incident: Incident, *, by: User, at: datetime) -> list[Mapped]:
    known = known_of(incident, by=by, at=at)
    found = []
    for key, standard in STANDARDS.items():
        fields = tuple(standard.fields(known))
        found.append(Mapped(key, standard.NAME, fields, tally(fields), may_take(by, incident, key)))
    return found


def may_take(user: User, incident: Incident, key: str) -> Verdict:
    return (may_publish if key == AS_LINK else may_export)(user, incident)


def take(incident: Incident, key: str, *, by: User, at: datetime) -> dict[str, Any]:
    """The document, once its leaving is on record with its hash."""
    if key not in STANDARDS:
        raise ValidationError({"standard": _("Choose one of: %(names)s.") % {"names": ", ".join(STANDARDS)}})
    require(may_take, by, incident, key)
    found: dict[str, Any] = STANDARDS[key].document(known_of(incident, by=by, at=at))
    detail = {"format": STANDARDS[key].NAME, "sha256": hashlib.sha256(as_bytes(found)).hexdigest()}
    with acting(user_id=by.pk):
        note("EXPORTED", at=at, object_type=incident._meta.label_lower, object_id=incident.pk, detail=detail)
    return found


def as_bytes(document: dict[str, Any]) -> bytes:
    return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"
