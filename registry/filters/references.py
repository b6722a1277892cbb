"""Numbers as people write them: 31, or WF-0031, which says of which kind of record it is the number."""

import re
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps

_WRITTEN = re.compile(r"(?:([A-Za-z]{2,4})-)?0*(\d{1,18})")


class Reference(NamedTuple):
    label: str
    """app_label.model, where the prefix says so; empty for a bare number."""
    number: str


def read(text: str) -> Reference:
    """What is no reference stays as it is: it is the number of nothing."""
    text = text.strip()
    found = _WRITTEN.fullmatch(text)
    if not found:
        return Reference("", text)
    prefix, number = found.groups()
    if prefix is None:
        return Reference("", number)
    label = prefixes().get(prefix.upper())
    return Reference(label, number) if label else Reference("", text)


def name_of(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name)


@cache
def prefixes() -> dict[str, str]:
    """WF → registry.workflow, and so on for every kind of record that is called by a reference."""
    models: list[Any] = [model for model in apps.get_models() if hasattr(model, "reference")]
    return {model(pk=1).reference.partition("-")[0]: model._meta.label_lower for model in models}
