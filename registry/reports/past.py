"""What belongs to the past when a page, a list or a report is read as known at a moment."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from registry.kernel.audit.asof import as_known
from registry.models import User

PRESENT = frozenset(
    {
        "registry.user",
        "registry.apitoken",
        "registry.document",
        "registry.erasure",
        "registry.installation",
        "registry.savedview",
        "registry.importmapping",
        "registry.changeset",
        "registry.tierruleset",
        "registry.organisationrules",
        "reviews.chasecalendar",
    }
)
"""Read as they are now: people (names, roles and erasures are today's), tools of the reader, and definitions that
come in numbered versions and are never edited."""
LOGS = {"registry.auditentry": "at", "incidents.custodyevent": "at"}
"""Append-only tables without history, and the column that says when a row was written."""


@contextmanager
def reading(at: datetime, user: User | None = None) -> Iterator[None]:
    """Everything inside reads the record as known at `at`, as far as `user` may see it now; all of it for nobody."""
    models = {model._meta.label_lower: model for model in apps.get_models()}
    kinds = [model for label, model in models.items() if hasattr(model, "history") and label not in PRESENT]
    logs = {models[label]: column for label, column in LOGS.items() if label in models}
    with as_known(at, kinds, logs=logs, only=_seen_by(user, kinds) if user else None):
        yield


def perhaps(at: datetime | None, user: User | None = None) -> AbstractContextManager[None]:
    """The same, or as things are now where no moment is named."""
    return reading(at, user) if at is not None else nullcontext()


def _seen_by(user: User, kinds: list[type[Model]]) -> Mapping[type[Model], QuerySet[Any]]:
    """Of kinds that not everybody sees, what this person sees now. What they see all of needs no limit."""
    asked = {model: getattr(model._default_manager, "visible_to", None) for model in kinds}
    seen = {model: visible_to(user) for model, visible_to in asked.items() if visible_to is not None}
    return {model: rows for model, rows in seen.items() if rows.query.where}
