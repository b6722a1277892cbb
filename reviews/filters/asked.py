"""What a report was asked for by: in words for its cover, and as the address by which it is gathered."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from registry.filters.addresses import Address, params_of, written
from registry.filters.audit import AuditFilter
from registry.filters.conditions import Asking, matching
from registry.filters.counting import Counts
from registry.filters.custom import definitions
from registry.filters.options import chips, names
from registry.filters.workflows import WorkflowFilterSet
from registry.kernel.audit.asof import clock
from registry.kernel.documents.gathering import NotGathered
from registry.models import AuditEntry, User, Workflow

Words = list[tuple[str, str]]


def register_words(address: Address) -> Words:
    known = names(Counts(), address.params, {}, address.filters.own)
    return [(chip.label, chip.values) for chip in chips(address.filters, address.params, known)]


def register_query(address: Address) -> str:
    """The filters alone, each value in its place: of some the last one counts."""
    return _query(address.params)


def register_rows(query: str, person: User) -> QuerySet[Workflow]:
    """What the register's page shows `person` at this address, now or at the moment that is being read.

    Raises NotGathered where a filter is not there any more: without it, more would be found than was meant.
    """
    params, own = params_of(query), definitions()
    _refuse_unread([name for name in params if name not in WorkflowFilterSet.base_filters and name not in own])
    return Workflow.objects.filter(matching(params, Asking(person, clock(), own)))


def history_query(found: AuditFilter) -> str:
    return _query({name: found.data.getlist(name) for name in found.filters})


def history_rows(query: str) -> QuerySet[AuditEntry]:
    """What the audit log shows at this address. Raises NotGathered where a filter is not understood any more."""
    found = history(QueryDict(query))
    _refuse_unread(found.errors)
    rows: QuerySet[AuditEntry] = found.qs
    return rows


def _refuse_unread(names: Iterable[str]) -> None:
    if unread := ", ".join(names):
        raise NotGathered(_("A filter it was asked for by is not understood any more: %(names)s.") % {"names": unread})


def _query(values: Mapping[str, Iterable[str]]) -> str:
    return written((name, value) for name, several in values.items() for value in several if value)


def history_words(found: AuditFilter) -> Words:
    """Of a valid filter: one pair for each that says something."""
    told = ((name, found.form.cleaned_data.get(name)) for name in found.filters)
    return [(str(found.filters[name].label), _value(found.form.fields[name], value)) for name, value in told if value]


def _value(field: Any, value: Any) -> str:
    if hasattr(field, "queryset"):
        return ", ".join(str(row) for row in value) if isinstance(value, QuerySet) else str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    if value is True:
        return _("yes")
    labels = _labels(field)
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(labels.get(str(part), str(part)) for part in values)


def _labels(field: Any) -> dict[str, str]:
    """Value → label of a field's choices, those in groups too."""
    labels: dict[str, str] = {}
    for key, label in getattr(field, "choices", ()):
        members = label if isinstance(label, list | tuple) else [(key, label)]
        labels |= {str(value): str(words) for value, words in members}
    return labels


def history(data: Any) -> AuditFilter:
    return AuditFilter(data, AuditEntry.objects.all())
