"""The chain of one record: everything that happened to it and to what belongs to it; of a person also what they did."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import NoReverseMatch
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit import belonging
from registry.models import AuditEntry, Checkpoint, LogKey, StoredFile, User

PERSON = User._meta.label_lower
OF_PERSON = {"did": _("What they did"), "account": _("Their account"), "reads": _("What they looked at")}
OF_RECORD = {"all": _("With everything under it"), "own": _("The record alone")}
ONLY_OWN = {"own": _("The record alone")}
TOLD_OF: tuple[Any, ...] = (AuditEntry, Checkpoint, LogKey, StoredFile)
"""What keeps no history, since it never changes or is no record of anybody's; events are about it all the same."""


@dataclass(frozen=True)
class Chain:
    label: str
    number: str
    kind: str
    name: str
    url: str
    """Where the record is shown; empty for what is gone and for what has no page."""
    reference: str

    @property
    def parts(self) -> dict[str, Any]:
        """The ways to read it, the usual one first."""
        if self.label == PERSON:
            return OF_PERSON
        return OF_RECORD if belonging.has_parts(self.label) else ONLY_OWN

    @property
    def is_person(self) -> bool:
        return self.label == PERSON


def found(label: str, number: str) -> Chain | None:
    """Nothing unless there is something to tell of this kind of record and the record was ever there."""
    try:
        model: Any = apps.get_model(label)
        key = model._meta.pk.to_python(number)
    except (LookupError, ValueError, ValidationError):
        return None
    if model._meta.label_lower != label or not number.isalnum():
        return None
    if model in TOLD_OF:
        return _told_of(model, key)
    if not hasattr(model, "history"):
        return None
    last = model.history.model.objects.filter(**{model._meta.pk.attname: key}).order_by("-history_id").first()
    if last is None:
        return None
    record = model(pk=key)
    name = next((str(getattr(last, each)) for each in ("name", "title", "label") if getattr(last, each, "")), "")
    return Chain(
        label=label,
        number=str(key),
        kind=str(model._meta.verbose_name),
        name=name,
        url=_url(record) if last.history_type != "-" else "",
        reference=str(getattr(record, "reference", "")),
    )


def _told_of(model: Any, key: Any) -> Chain | None:
    label = model._meta.label_lower
    is_known = model.objects.filter(pk=key).exists()
    if not is_known and not AuditEntry.objects.filter(object_type=label, object_id=str(key)).exists():
        return None
    return Chain(label, str(key), str(model._meta.verbose_name), name="", url="", reference="")


def query(chain: Chain, part: str) -> str:
    """The same entries as filters of the audit log, for what is done with filters: files, packs, views, programs."""
    if part in ("did", "reads"):
        return urlencode({"person": chain.number, **({"reads": "on"} if part == "reads" else {})})
    if part == "all":
        return urlencode({"chain": chain.reference})
    return urlencode({"type": chain.label, "object": chain.number})


def entries(chain: Chain, part: str) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.all()
    if part in ("did", "reads"):
        return rows.filter(actor_id=chain.number)
    if part == "all":
        return rows.filter(belonging.chain(belonging.under(chain.label, chain.number)))
    return rows.filter(object_type=chain.label, object_id=chain.number)


def _url(record: Any) -> str:
    if not hasattr(record, "get_absolute_url"):
        return ""
    try:
        return str(record.get_absolute_url())
    except NoReverseMatch:
        return ""
