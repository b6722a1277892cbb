"""What people report: written as a delivery like those of machines, kept as it was typed, and read by the worker."""

import json
import uuid
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.services.wording import optional, required
from intake.formats.event import web_address
from intake.models import SignalDelivery
from intake.policies import signals as policies
from intake.services import receiving, sources
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.models import User, Workflow


def report(
    *, by: User | None, at: datetime, title: str, text: str = "", workflow: Workflow | None = None, link: str = ""
) -> SignalDelivery:
    """A report for the inbox. `by` is None for a stranger, where the installation takes reports of strangers."""
    if by is None:
        require(policies.may_report_anonymously, by)
    else:
        require(policies.may_report, by)
    address = optional("link", link, limit=1000)
    if address and not web_address(address):
        raise ValidationError({"link": _("This is not the address of a page (https://…).")})
    said = {
        "id": uuid.uuid4().hex,
        "title": required("title", title, limit=200),
        "text": optional("text", text, limit=4000),
        "ai_workflow": str(workflow.pk) if workflow else "",
        "time": at.isoformat(),
        "link": address,
        "labels": {} if by else {"reported": "anonymously"},
    }
    body = json.dumps(said, ensure_ascii=False, indent=1).encode()
    with acting(user_id=by.pk if by else None, reason=_("Reported")):
        return receiving.receive(
            sources.people_source(at=at), body, at=at, content_type="application/json", reported_by=by
        ).delivery
