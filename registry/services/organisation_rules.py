"""Changing the organisation's rules: one person proposes a version of one kind, another decides on it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.escalation import people_in
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.tell import tell
from registry.models import OrganisationRules, Role, User
from registry.organisation_rules import RulesKind
from registry.placed import Problem
from registry.policies import organisation_rules as policies

Status = OrganisationRules.Status


class BadRules(ValidationError):
    """What is wrong with a definition, with the places, so that a form can say it at each field."""

    def __init__(self, found: Iterable[Problem]) -> None:
        self.problems = list(found)
        super().__init__({"definition": [str(problem) for problem in self.problems]})


def newest_approved(kind: RulesKind) -> OrganisationRules:
    """What a change starts from: the version approved last, in force already or about to be."""
    return OrganisationRules.objects.of(kind).approved().order_by("-effective_at", "-number")[0]


@transaction.atomic
def propose(
    *,
    by: User,
    at: datetime,
    kind: RulesKind,
    definition: Any,
    owner: User,
    reason: str,
    effective_at: datetime | None = None,
    based_on: OrganisationRules | None = None,
) -> OrganisationRules:
    """A new version that waits for a second person. `effective_at` left out: as soon as it is approved.

    `based_on` is the version the proposer had before them; another was approved since, and it is a conflict.
    Raises BadRules with the place of everything that is wrong with the definition.
    """
    base = _held(kind)
    require(policies.may_propose, by, base)
    if based_on is not None and based_on.pk != base.pk:
        raise Conflict(_("%(rules)s was approved meanwhile. Start from it.") % {"rules": base})
    check_definition(kind, definition)
    if problems := {
        **_unchanged(base, definition, owner),
        **_about(owner, reason),
        **_too_early(base, effective_at, at),
    }:
        raise ValidationError(problems)
    with acting(user_id=by.pk, reason=reason):
        proposed = OrganisationRules.objects.create(
            kind=kind,
            number=OrganisationRules.objects.of(kind).order_by("-number")[0].number + 1,
            definition=definition,
            owner=owner,
            based_on=base,
            proposed_by=by,
            proposed_at=at,
            reason=reason.strip(),
            effective_at=effective_at,
        )
    _ask_others(proposed, by=by, at=at)
    return proposed


def check_definition(kind: RulesKind, definition: Any) -> None:
    """Raises BadRules unless every reader of this kind of rules could read all of it."""
    found = list(kind.problems(definition))
    if not found and kind is RulesKind.ESCALATION:
        found = list(_gone(definition))
    if found:
        raise BadRules(found)


@transaction.atomic
def decide(rules: OrganisationRules, *, by: User, at: datetime, approve: bool, reason: str) -> OrganisationRules:
    """A second person's answer. What is approved takes effect at once unless it was meant for later."""
    base = _held(rules.rules_kind)
    current = _waiting(rules)
    require(policies.may_decide, by, current)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    if approve and current.based_on_id != base.pk:
        sentence = _("%(rules)s was approved since this was proposed. Refuse it and propose anew.")
        raise Conflict(sentence % {"rules": base})
    current.status = Status.APPROVED if approve else Status.REFUSED
    current.decided_by, current.decided_at, current.decision_reason = by, at, reason.strip()
    if approve and (current.effective_at is None or current.effective_at < at):
        current.effective_at = at
    with acting(user_id=by.pk, reason=reason):
        current.save()
    _tell_those_concerned(current, at=at)
    return current


@transaction.atomic
def withdraw(rules: OrganisationRules, *, by: User, at: datetime, reason: str) -> OrganisationRules:
    """Whoever proposed it takes it back."""
    current = _waiting(rules)
    require(policies.may_withdraw, by, current)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    current.status, current.withdrawn_at, current.decision_reason = Status.WITHDRAWN, at, reason.strip()
    with acting(user_id=by.pk, reason=reason):
        current.save()
    return current


def _held(kind: RulesKind) -> OrganisationRules:
    """The newest approved version, held, so that proposals and decisions happen one after the other."""
    return OrganisationRules.objects.select_for_update().get(pk=newest_approved(kind).pk)


def _waiting(rules: OrganisationRules) -> OrganisationRules:
    current = OrganisationRules.objects.select_for_update().get(pk=rules.pk)
    if current.status != Status.PROPOSED:
        raise Conflict(_("%(rules)s does not wait for a decision any more.") % {"rules": current})
    return current


def _gone(definition: Mapping[str, Any]) -> Iterable[Problem]:
    """Steps that name nobody who is here."""
    here = set(User.objects.active().filter(pk__in=people_in(definition)).values_list("pk", flat=True))
    for level, steps in definition["levels"].items():
        for number, step in enumerate(steps):
            if step["person"] and step["person"] not in here:
                place = ("levels", level, number, "to")
                yield Problem(place, _("This person is not here or has left."), f"{level}, {number + 1}")


def _unchanged(base: OrganisationRules, definition: Any, owner: User) -> dict[str, str]:
    if definition != base.definition or owner.pk != base.owner_id:
        return {}
    return {"definition": _("Nothing differs from version %(number)d.") % {"number": base.number}}


def _about(owner: User, reason: str) -> dict[str, str]:
    problems = {}
    if not owner.is_active:
        problems["owner"] = _("%(person)s has left; choose somebody who is active.") % {"person": owner}
    if not reason.strip():
        problems["reason"] = _("Say why the rules should change.")
    return problems


def _too_early(base: OrganisationRules, effective_at: datetime | None, at: datetime) -> dict[str, str]:
    if effective_at is None or effective_at >= max(at, base.effective_at or at):
        return {}
    return {"effective_at": _("This moment has passed, or comes before the version it follows.")}


def _ask_others(proposed: OrganisationRules, *, by: User, at: datetime) -> None:
    for person in User.objects.active().filter(roles__overlap=[Role.RISK, Role.EXECUTIVE]).exclude(pk=by.pk):
        tell(
            key=f"organisation-rules-{proposed.pk}-proposed-{person.pk}",
            kind="ORGANISATION_RULES",
            recipient=person,
            subject=_("%(rules)s waits for a decision") % {"rules": proposed},
            body=f"{by}: {proposed.reason}",
            at=at,
            url=proposed.get_absolute_url(),
            about=proposed,
        )


def _tell_those_concerned(decided: OrganisationRules, *, at: datetime) -> None:
    """The proposer, and the owner when the rules are theirs from now on."""
    people = {decided.proposed_by} | ({decided.owner} if decided.status == Status.APPROVED else set())
    for person in people - {None, decided.decided_by}:
        tell(
            key=f"organisation-rules-{decided.pk}-decided-{person.pk}",  # type: ignore[union-attr]
            kind="ORGANISATION_RULES",
            recipient=person,  # type: ignore[arg-type]
            subject=f"{decided}: {decided.get_status_display()}",
            body=f"{decided.decided_by}: {decided.decision_reason}",
            at=at,
            url=decided.get_absolute_url(),
            about=decided,
        )
