"""What hangs on a workflow, found from the tables themselves, so that no app has to be known here."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models

from registry.kernel.audit.history import HistoryContext
from registry.models import ImportRow

Attached = dict[int, dict[str, int]]


def attached_to(model: type[models.Model], pks: Iterable[int]) -> Attached:
    """For each record that something refers to: how many of what kind. Rows of imports and of history do not count."""
    wanted = list(pks)
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for relation in _relations(model):
        owners = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": wanted})
        for pk in owners.values_list(relation.field.name, flat=True):
            if pk is not None:
                found[pk][str(relation.related_model._meta.verbose_name)] += 1
    selected = set(wanted)
    return {pk: dict(counts) for pk, counts in found.items() if pk in selected}


def _relations(model: type[models.Model]) -> list[Any]:
    relations: list[Any] = [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created and relation.is_relation and not relation.concrete
    ]
    return [
        relation
        for relation in relations
        if relation.related_model is not ImportRow
        and not relation.related_model._meta.auto_created
        and not issubclass(relation.related_model, HistoryContext)
    ]
