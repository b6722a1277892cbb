"""What can be changed in many workflows at once, and how what is asked for becomes values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from registry.custom_values import PREFIX
from registry.models import BusinessUnit, User, Vendor, Workflow
from registry.models.workflow_words import OWNERS
from registry.services import custom_values
from registry.services.importing.directory import Directory
from registry.services.importing.plans import Ref, Value
from registry.services.importing.targets import held, model_field, own_key, same
from registry.services.tags import LONGEST
from registry.services.workflows import DATES, check_owners

ADD, REMOVE = "tags.add", "tags.remove"
RELATED: Final[Mapping[str, Any]] = {
    "business_owner": User, "technical_owner": User, "deputy": User, "business_unit": BusinessUnit, "vendor": Vendor,
}  # fmt: skip
PLAIN: Final = (
    "stage", "next_review_date", "impact", "is_public_facing", "uses_personal_data", "topic", "system_name",
    "contract_reference", "affected_people", *DATES,
)  # fmt: skip
"""All the record holds but what tells one workflow from another: name, purpose, outputs."""
NAMES: Final = (*PLAIN, *RELATED, ADD, REMOVE)


@dataclass(frozen=True)
class Wanted:
    """The same for every workflow; tags are added to those it has, and taken from them."""

    values: Mapping[str, Value] = field(default_factory=dict)
    """Name → value; custom fields under `field.` and key."""
    add: Sequence[str] = ()
    remove: Sequence[str] = ()

    def of(self, workflow: Workflow, directory: Directory) -> dict[str, tuple[Value, Value]]:
        """Name → before and after, of what would really change."""
        found = {name: (held(workflow, name, directory), value) for name, value in self.values.items()}
        if self.add or self.remove:
            kept = [tag for tag in workflow.tags if tag not in self.remove]
            found["tags"] = (list(workflow.tags), list(dict.fromkeys([*kept, *self.add])))
        return {name: pair for name, pair in found.items() if not same(*pair)}


def read(changes: Mapping[str, Any]) -> Wanted:
    """Values as a form or a program gives them, checked; raises `ValidationError` by the name of the change."""
    problems: dict[str, Any] = {}
    values: dict[str, Value] = {}
    own = {own_key(name): value for name, value in changes.items() if own_key(name)}
    for name, given in changes.items():
        if own_key(name) or name in (ADD, REMOVE):
            continue
        try:
            values[name] = _related(name, given) if name in RELATED else _plain(name, given)
        except ValidationError as refused:
            problems[name] = refused.messages
    try:
        checked = custom_values.merged({}, own)
        values |= {f"{PREFIX}{key}": checked.get(key) for key in own}
    except ValidationError as refused:
        problems |= refused.message_dict
    tags = {name: _tags(name, changes.get(name, ()), problems) for name in (ADD, REMOVE)}
    if not problems and not values and not any(tags.values()):
        problems["changes"] = [_("Say what is to change.")]
    if problems:
        raise ValidationError(problems)
    return Wanted(values, tags[ADD], tags[REMOVE])


def _plain(name: str, given: Any) -> Value:
    if name not in PLAIN:
        raise ValidationError(_("This cannot be changed in many workflows at once."))
    told = model_field(name)
    if isinstance(given, str):
        given = given.strip()
    elif given is None and not told.null:
        given = ""
    if (isinstance(given, str) and "\x00" in given) or isinstance(given, bool | dict | list):
        raise ValidationError(_("This value does not fit."))
    if given == "" and told.null:
        given = None
    value: Value = told.clean(given, None)
    return value


def _related(name: str, given: Any) -> Ref | None:
    """A record, or its number; None empties. Whoever becomes an owner must be here."""
    model = RELATED[name]
    if given is None or given == "":
        return None
    if not isinstance(given, model):
        is_number = isinstance(given, int) and not isinstance(given, bool) and 0 < given < 2**63
        found = model._default_manager.filter(pk=given).first() if is_number else None
        if found is None:
            raise ValidationError(_("There is no such record."))
        given = found
    if name in OWNERS:
        check_owners({name: given})
    return Ref(given.pk, str(given))


def _tags(name: str, given: Any, problems: dict[str, Any]) -> list[str]:
    if not isinstance(given, list | tuple) or not all(isinstance(tag, str) for tag in given):
        problems[name] = [_("Give a list of tags.")]
        return []
    tags = list(dict.fromkeys(filter(None, (" ".join(tag.split()) for tag in given))))
    if any(len(tag) > LONGEST or "\x00" in tag or "," in tag for tag in tags):
        problems[name] = [_("A tag has at most %(limit)d characters and no comma.") % {"limit": LONGEST}]
    return tags
