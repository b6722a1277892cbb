"""What an erasure can take, what it would take, and taking it: in the database, by the transaction that decides it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils.translation import gettext as _

from registry.kernel.audit.history import Recorded
from registry.kernel.ledger.erasure import Erasure
from registry.kernel.ledger.governing import governed
from registry.kernel.ledger.program import everything_governed

ERASED = "[erased]"
REASON, DETAIL = "reason", "detail"
WORDS = (models.CharField, models.TextField)


@dataclass(frozen=True)
class Extent:
    """What would go: rows of history, entries whose whole content, and single personal values."""

    rows: int
    entries: int
    values: int

    @property
    def is_nothing(self) -> bool:
        return not (self.rows or self.entries or self.values)


def kinds() -> dict[str, str]:
    """Label → name of each kind of record that holds words about somebody, by name."""
    found = {model._meta.label_lower: str(model._meta.verbose_name) for model in everything_governed() if fields(model)}
    found.pop(Erasure._meta.label_lower, None)
    return dict(sorted(found.items(), key=lambda pair: pair[1].lower()))


def model_of(label: str) -> Any:
    """Raises LookupError for what keeps no history."""
    if label not in kinds():
        raise LookupError(label)
    return apps.get_model(label)


def fields(model: Any) -> dict[str, str]:
    """Name → label of the fields that can be erased: words, not choices, keys, numbers or moments."""
    one = governed(model)
    return {
        field.column: str(field.verbose_name).capitalize()
        for field in model._meta.concrete_fields
        if field.column in one.columns and field.column not in one.hidden and _holds_words(field)
    }


def everything(model: Any) -> dict[str, str]:
    """`fields`, and what stands beside the record: why it was changed, and what events tell about it."""
    return {
        **fields(model),
        REASON: _("Reasons given for changes"),
        DETAIL: _("Details of events, such as addresses and browsers"),
    }


def _holds_words(field: Any) -> bool:
    if isinstance(field, ArrayField):
        return isinstance(field.base_field, WORDS) and not field.base_field.choices
    if isinstance(field, models.JSONField):
        return True
    if not isinstance(field, WORDS) or field.choices or field.primary_key:
        return False
    return isinstance(field, models.EmailField) or (
        not field.unique and (field.max_length or len(ERASED)) >= len(ERASED)
    )


def extent(label: str, number: str, chosen: list[str]) -> Extent:
    """Counted with the same eyes that the database has when it erases."""
    one = governed(model_of(label))
    held = [f"NOT public.holdfast_is_erased(h.{name}::text)" for name in chosen if name in one.columns]
    if REASON in chosen:
        held.append("NOT public.holdfast_is_erased(h.history_change_reason)")
    rows = 0
    if held:
        rows = _count(f"{one.history} AS h WHERE h.{one.key}::text = %s AND ({' OR '.join(held)})", [number])
    entries = _count(
        "(SELECT id, public.holdfast_said(payload) AS said FROM registry_auditentry "
        "WHERE object_type = %s AND object_id = %s AND payload IS NOT NULL) AS e "
        "WHERE EXISTS (SELECT 1 FROM unnest(%s::text[]) AS f WHERE "
        "NOT public.holdfast_is_erased(said -> 'row' ->> f) OR NOT public.holdfast_is_erased(said -> 'was' ->> f) "
        "OR f = 'reason' AND NOT public.holdfast_is_erased(said ->> 'why') "
        "OR f = 'detail' AND said -> 'detail' <> '{}' AND said ->> 'e' <> ALL (public.holdfast_bones()))",
        [label, number, chosen],
    )
    values = _count(
        "ledger_secret AS s JOIN registry_auditentry AS a ON a.id = s.entry_id "
        "WHERE a.object_type = %s AND a.object_id = %s AND NOT public.holdfast_is_erased(s.value) "
        "AND (s.field = ANY (%s) OR split_part(s.field, '.', 1) = ANY (%s))",
        [label, number, chosen, chosen],
    )
    return Extent(rows, entries, values)


def replacements(record: Recorded, chosen: list[str]) -> Mapping[str, Any]:
    """Field → what the living record says afterwards; only what says something else now."""
    found: dict[str, Any] = {}
    for name in chosen:
        if name not in fields(type(record)):
            continue
        field = next(one for one in record._meta.concrete_fields if one.column == name)
        value, nothing = getattr(record, field.attname), _nothing(field, record)
        if value not in ("", None, [], {}, nothing):
            found[field.attname] = nothing
    return found


def _nothing(field: Any, record: Any) -> Any:
    if isinstance(field, models.EmailField):
        return f"erased-{record.pk}@erased.invalid"
    if isinstance(field, ArrayField):
        return []
    if isinstance(field, models.JSONField):
        return [] if isinstance(getattr(record, field.attname), list) else {}
    return ERASED


def carry_out(erasure: Erasure) -> int:
    """Take it out of history and ledger; how many entries lost something. Only in the transaction that decided it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.holdfast_erase(%s)", [erasure.pk])
        (gone,) = cursor.fetchone() or (0,)
    return int(gone)


def _count(rest: str, params: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {rest}", params)  # noqa: S608 - names of our own tables and columns
        (count,) = cursor.fetchone() or (0,)
    return int(count)
