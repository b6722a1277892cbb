"""Setting up what sends signals, and changing how its signals are read, bound and promoted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.policies.incidents import may_declare
from incidents.services.wording import chosen, required
from intake.formats.event import words
from intake.formats.generic import FIELDS
from intake.formats.paths import NoPath, steps_of
from intake.kinds import MACHINES, SourceKind
from intake.models import SignalSource
from intake.policies import sources as policies
from intake.services import tokens
from registry.kernel.access import sealed_secrets
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.editing import put, refuse_if_stale
from registry.models import User, Workflow

PEOPLE_NAME: Final = "People"
MOST_RULES: Final = 200
SHORTEST_SECRET: Final = 8


@transaction.atomic
def add(
    *, by: User, at: datetime, name: str, kind: str, owner: User | None = None, signature_secret: str = ""
) -> tuple[SignalSource, str]:
    """A source and its token; no token where it proves itself by a signature."""
    require(policies.may_add, by)
    known = SourceKind(chosen("kind", kind, SourceKind))
    if known not in MACHINES:
        raise ValidationError({"kind": _("What people report comes through its own form.")})
    secret = _checked_secret(known, signature_secret)
    with acting(user_id=by.pk, reason=_("Source set up")):
        source = SignalSource.objects.create(
            name=required("name", name, limit=100),
            kind=known,
            owner=_living(owner or by),
            signature_secret=sealed_secrets.sealed(secret) if secret else "",
            has_signature=bool(secret),
            created_by=by,
            created_at=at,
        )
    if known.signs:
        return source, ""
    _token, shown = tokens.issue(source, by=by, at=at)
    return source, shown


def edit(source: SignalSource, *, by: User, at: datetime, reason: str, opened_version: int | None = None, **given: Any
) -> SignalSource:  # fmt: skip
    """Change any of the fields of `EDITABLE`. Raises `Stale` when it moved on since `opened_version`."""
    with transaction.atomic(), acting(user_id=by.pk, reason=required("reason", reason, limit=500)):
        current = SignalSource.objects.select_for_update(of=("self",), no_key=True).get(pk=source.pk)
        require(policies.may_manage, by, current)
        if unknown := sorted(set(given) - set(EDITABLE)):
            raise ValidationError({unknown[0]: _("This cannot be changed.")})
        fields = {name: EDITABLE[name](value) for name, value in given.items()}
        refuse_if_stale(current, opened_version, fields)
        changed = put(current, fields)
        if set(changed) & set(PROMOTION):
            require(policies.may_promote, by)
        _check_promotion(current)
        if changed:
            current.rule_problem = ""
            current.version += 1
            current.save()
        return current


@transaction.atomic
def set_secret(source: SignalSource, *, by: User, at: datetime, signature_secret: str) -> SignalSource:
    """The secret the sender signs with from now on; an empty one ends it, where the kind allows that."""
    current = SignalSource.objects.select_for_update(of=("self",), no_key=True).get(pk=source.pk)
    require(policies.may_manage, by, current)
    secret = _checked_secret(current.speaks, signature_secret)
    current.signature_secret = sealed_secrets.sealed(secret) if secret else ""
    current.has_signature = bool(secret)
    current.version += 1
    with acting(user_id=by.pk, reason=_("Signature secret replaced") if secret else _("Signature secret taken away")):
        current.save()
    return current


def people_source(*, at: datetime) -> SignalSource:
    """The one source behind the forms in which people report."""
    found = SignalSource.objects.filter(kind=SourceKind.PEOPLE).first()
    if found is None:
        found, _made = SignalSource.objects.get_or_create(
            kind=SourceKind.PEOPLE, defaults={"name": PEOPLE_NAME, "created_at": at}
        )
    return found


def _checked_secret(kind: SourceKind, typed: str) -> str:
    secret = typed.strip()
    if not secret:
        if kind.signs:
            raise ValidationError(
                {"signature_secret": _("%(kind)s proves itself by its signature alone.") % {"kind": kind.label}}
            )
        return ""
    if not kind.may_sign:
        raise ValidationError({"signature_secret": _("%(kind)s signs nothing.") % {"kind": kind.label}})
    if not SHORTEST_SECRET <= len(secret) <= 500 or "\x00" in secret:
        raise ValidationError(
            {"signature_secret": _("Between %(least)s and 500 characters.") % {"least": SHORTEST_SECRET}}
        )
    return secret


def _living(owner: User) -> User:
    if not owner.is_active:
        raise ValidationError({"owner": _("This account is not active.")})
    return owner


def _rules(given: Any) -> list[dict[str, Any]]:
    """In their order. `given`: label, value and workflow (a record or its number) each."""
    rows = list(given)
    if len(rows) > MOST_RULES:
        raise ValidationError({"binding_rules": _("At most %(most)s rules.") % {"most": MOST_RULES}})
    made: list[dict[str, Any]] = []
    for row in rows:
        workflow = row["workflow"]
        number = workflow.pk if isinstance(workflow, Workflow) else int(workflow)
        label, value = str(row["label"]).strip(), str(row["value"]).strip()
        if not label or not value:
            raise ValidationError({"binding_rules": _("A rule names a label and a value.")})
        made.append({"label": label[:200], "value": value[:200], "workflow": number})
    numbers: set[int] = {each["workflow"] for each in made}
    known = set(Workflow.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    if missing := numbers - known:
        raise ValidationError({"binding_rules": _("There is no workflow %(n)s.") % {"n": min(missing)}})
    return made


def checked_mapping(given: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, path in given.items():
        if name == "over":
            made["over"] = _values(path)
        elif name not in FIELDS:
            raise ValidationError({"mapping": _("There is no part called “%(name)s”.") % {"name": str(name)[:40]}})
        elif not isinstance(path, str):
            raise ValidationError({"mapping": f"{FIELDS[name]}: " + _("A path is text.")})
        elif path.strip():
            try:
                steps_of(path)
            except NoPath as wrong:
                raise ValidationError({"mapping": f"{FIELDS[name]}: {wrong}"}) from wrong
            made[name] = path.strip()[:300]
    if made and "title" not in made:
        raise ValidationError({"mapping": _("Say at least where the title stands.")})
    return made


def _values(given: Any) -> list[str]:
    if not isinstance(given, list):
        raise ValidationError({"mapping": _("“over” is a list of values.")})
    return [plain for plain in (words(value, 100) for value in given) if plain][:20]


def _levels(given: Any) -> list[str]:
    return [level for level in (str(value).strip().lower()[:40] for value in given) if level][:20]


def _labels(given: Mapping[str, str]) -> dict[str, str]:
    return {str(name).strip()[:200]: str(value).strip()[:200] for name, value in list(given.items())[:20]}


EDITABLE: Final[Mapping[str, Any]] = {
    "name": lambda value: required("name", value, limit=100),
    "owner": _living,
    "is_enabled": bool,
    "binding_rules": _rules,
    "default_workflow": lambda value: value,
    "mapping": checked_mapping,
    "promotes": bool,
    "promote_levels": _levels,
    "promote_labels": _labels,
    "prepared_signal": lambda value: value,
}
"""Field → what is kept of what was given."""
PROMOTION: Final = ("promotes", "promote_levels", "promote_labels")


def _check_promotion(source: SignalSource) -> None:
    if not source.promotes:
        return
    if not source.promote_levels and not source.promote_labels:
        raise ValidationError(
            {"promotes": _("Name at least one level or label: not everything that arrives is an incident.")}
        )
    if source.owner is not None and not (may := may_declare(source.owner)):
        raise ValidationError({"owner": _("Its rule declares in the name of its owner. %(why)s") % {"why": may.reason}})
