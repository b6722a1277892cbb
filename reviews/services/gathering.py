"""What a worker gathers for inventories and audit packs, as the person who asked for it may see it at that moment."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Verdict
from registry.kernel.documents import gathering
from registry.kernel.documents.gathering import Gathering, NotGathered
from registry.models import AuditEntry, Checkpoint, Document, User, Workflow
from registry.policies.workflows import may_take_inventory
from registry.reports import past
from reviews.models import ReportKind
from reviews.policies.reports import may_make_audit_pack
from reviews.reports.audit_pack import Selection, audit_pack
from reviews.reports.inventory import inventory
from reviews.reports.sampling import MOST, Method, Sampling, draw, population

Register = Callable[[str, User], QuerySet[Workflow]]
History = Callable[[str], QuerySet[AuditEntry]]
"""Rows found by an address, which is read above (see `reviews.filters.asked`)."""


def declare(register: Register, history: History) -> None:
    gathering.declare(ReportKind.INVENTORY, partial(_inventory, register))
    gathering.declare(ReportKind.AUDIT_PACK, partial(_audit_pack, history))


def _inventory(register: Register, work: Gathering) -> Mapping[str, Any]:
    document, person = work.document, _asking(work.document, may_take_inventory)
    known_at = _moment(document)
    with past.perhaps(known_at, person):
        rows = register(document.selection["query"], person)
    return inventory(
        rows,
        document.options["filters"],
        number=document.number,
        version=work.version,
        by=person,
        at=work.at,
        known_at=known_at,
        aside=work.aside,
        tell=work.tell,
    )


def _audit_pack(history: History, work: Gathering) -> Mapping[str, Any]:
    document, person = work.document, _asking(work.document, may_make_audit_pack)
    return audit_pack(
        _selection(document, history(document.selection["query"])),
        number=document.number,
        version=work.version,
        by=person,
        at=work.at,
        known_at=_moment(document),
        aside=work.aside,
        tell=work.tell,
    )


def _selection(document: Document, rows: QuerySet[AuditEntry]) -> Selection:
    """From what the checkpoint of the asking seals: whenever it is gathered, the same is drawn."""
    options = document.options
    checkpoint = Checkpoint.objects.get(size=document.selection["checkpoint"])
    sampling = Sampling(Method(options["method"]), options["number"], options["seed"])
    sealed = population(rows, checkpoint.size)
    places = draw(sealed, sampling)
    if not 0 < len(places) <= MOST:
        raise NotGathered(_("What these filters find is not what they found any more. Ask for the pack again."))
    return Selection(options["filters"], sampling, checkpoint, sealed, places)


def _asking(document: Document, policy: Callable[[User], Verdict]) -> User:
    """Who asked for it, if they may still have it. Raises NotGathered."""
    person = User.objects.active().filter(pk=document.requested_by_id).first()
    about = {"name": document.requested_by.name}
    if person is None:
        raise NotGathered(_("%(name)s asked for it, and their account is not open any more.") % about)
    answer = policy(person)
    if not answer:
        raise NotGathered(
            _("%(name)s asked for it and may not have it any more: %(why)s") % {**about, "why": answer.reason}
        )
    return person


def _moment(document: Document) -> datetime | None:
    said = document.selection["known_at"]
    return datetime.fromisoformat(said) if said is not None else None
