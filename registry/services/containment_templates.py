"""Adding the options of a template to a workflow: chosen, adapted, and added in one step or not at all."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.containment_templates import Template
from registry.models import ContainmentOption, User, Workflow
from registry.services.containment import add_option


@transaction.atomic
def add_from(
    template: Template,
    workflow: Workflow,
    *,
    by: User,
    at: datetime,
    reason: str,
    chosen: Mapping[str, Mapping[str, Any]],
) -> list[ContainmentOption]:
    """The options of `template` named in `chosen`, each with the fields that are to differ from the template.

    Raises ValidationError with everything that is wrong with any of them, by `key-field`; then none is added.
    """
    if not chosen:
        raise ValidationError({"options": _("Choose at least one option.")})
    if unknown := [key for key in chosen if template.option(key) is None]:
        raise ValidationError({"options": _("Not in this template: %(keys)s.") % {"keys": ", ".join(unknown)}})
    made: list[ContainmentOption] = []
    wrong: dict[str, list[str]] = {}
    for option in template.options:
        if option.key not in chosen:
            continue
        fields = {**_proposed(asdict(option)), **chosen[option.key]}
        try:
            with transaction.atomic():
                made.append(add_option(workflow, by=by, at=at, reason=reason, **fields))
        except ValidationError as refused:
            wrong |= {f"{option.key}-{name}": texts for name, texts in refused.message_dict.items()}
    if wrong:
        raise ValidationError(wrong)
    return made


def already(template: Template, workflow: Workflow) -> set[str]:
    """Keys of those options of the template whose names the workflow has already."""
    names = set(workflow.containment_options.values_list("name", flat=True))
    return {option.key for option in template.options if option.name in names}


def _proposed(option: dict[str, Any]) -> dict[str, Any]:
    option.pop("key")
    return {**option, "executors": list(option["executors"])}


def labels(kinds: Iterable[str]) -> str:
    """Kinds of options in words, each once, mildest first."""
    wanted = set(kinds)
    return ", ".join(str(kind.label) for kind in ContainmentOption.Kind if kind.value in wanted)
