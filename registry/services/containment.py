"""Preparing the ways to limit harm: who may use each, how, how long it takes, and the proof that it works."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.containment_proof import Occasion
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.editing import put, refuse_if_stale
from registry.models import ContainmentOption, User, Workflow
from registry.models.containment import ContainmentExecutor
from registry.modes import Effect, EffectProblem
from registry.policies import containment as policies
from registry.services.capability_proof import follow
from registry.services.readiness import refresh_readiness
from registry.services.surfaces import CLOCK_SKEW, EARLIEST_YEAR

LONGEST_MINUTES = 60 * 24 * 30
"""Thirty days: whatever takes longer contains nothing."""
LONGEST_PROOF = 250


@transaction.atomic
def add_option(workflow: Workflow, *, by: User, at: datetime, reason: str, **fields: Any) -> ContainmentOption:
    """A new option. `fields` are the model's; `named_executors` a list of people."""
    current = Workflow.objects.select_for_update().get(pk=workflow.pk)
    require(policies.may_edit_options, by, current)
    people = list(fields.pop("named_executors", []))
    option = ContainmentOption(workflow=current, **fields)
    _check(option, people)
    with acting(user_id=by.pk, reason=reason):
        option.save()
        _name(option, people)
        follow(current)
        refresh_readiness(current, at=at)
    return option


@transaction.atomic
def edit_option(
    option: ContainmentOption, *, by: User, at: datetime, reason: str, opened_version: int | None, **fields: Any
) -> ContainmentOption:
    """The option as it is now stored. Raises `Stale` when it moved on since `opened_version`."""
    current = _locked(option)
    require(policies.may_edit_options, by, current.workflow)
    before = list(current.named_executors.all())
    people = list(fields.pop("named_executors", before))
    refuse_if_stale(current, opened_version, {**fields, "named_executors": people})
    renamed = {person.pk for person in people} != {person.pk for person in before}
    if not put(current, fields) and not renamed:
        return current
    _check(current, people)
    current.version += 1
    with acting(user_id=by.pk, reason=reason):
        current.save()
        _name(current, people)
        follow(current.workflow)
        refresh_readiness(current.workflow, at=at)
    return current


@transaction.atomic
def prove(
    option: ContainmentOption,
    *,
    by: User,
    at: datetime,
    how: str,
    minutes: int,
    proven_at: datetime | None = None,
    occasion: str = Occasion.DRILL,
) -> ContainmentOption:
    """Record that the option was tried and worked: how, how many minutes it took, and when if not now.

    `occasion` says whether that was in a drill or in earnest. Capabilities that stand on the option follow.
    """
    current = _locked(option)
    require(policies.may_prove, by, current)
    moment = proven_at or at
    _check_proof(current, how.strip(), minutes, moment, at)
    if occasion not in list(Occasion):
        raise ValidationError({"occasion": _("Say whether it was a drill or an incident.")})
    current.proven_at, current.proven_how, current.proven_minutes = moment, how.strip(), minutes
    current.proven_in, current.proven_seconds = occasion, None
    with acting(user_id=by.pk, reason=how):
        _keep_proof(current, at=at)
    return current


@transaction.atomic
def prove_by_receipt(
    option: ContainmentOption, *, at: datetime, how: str, minutes: int, seconds: float, occasion: str
) -> ContainmentOption:
    """Every running instance received it `seconds` after it was carried out: the instances are the witnesses."""
    current = _locked(option)
    current.proven_at, current.proven_how, current.proven_minutes = at, how[:LONGEST_PROOF], minutes
    current.proven_in, current.proven_seconds = occasion, seconds
    with acting(reason=how):
        _keep_proof(current, at=at)
    return current


def _keep_proof(option: ContainmentOption, *, at: datetime) -> None:
    option.version += 1
    option.save()
    follow(option.workflow)
    refresh_readiness(option.workflow, at=at)


def in_order(options: Iterable[ContainmentOption]) -> list[ContainmentOption]:
    """The graduated order, mildest first; what is not available comes last."""
    return sorted(options, key=lambda option: (not option.is_active, option.rank, option.pk))


def _locked(option: ContainmentOption) -> ContainmentOption:
    """The workflow first, since its readiness is kept there."""
    Workflow.objects.select_for_update().get(pk=option.workflow_id)
    return ContainmentOption.objects.select_for_update(of=("self",)).select_related("workflow").get(pk=option.pk)


def _check(option: ContainmentOption, people: list[User]) -> None:
    problems: dict[str, str] = {}
    try:
        option.effect = Effect.read(option.effect).written()
    except EffectProblem as wrong:
        problems["effect"] = " ".join(wrong.problems.values())
    if not option.executors and not people:
        problems["executors"] = _("Name at least one role or one person who may execute it.")
    if not 0 <= (option.expected_minutes or 0) <= LONGEST_MINUTES:
        problems["expected_minutes"] = _("At most thirty days, in minutes.")
    if gone := [person.name for person in people if not person.is_active]:
        problems["named_executors"] = _("No longer active: %(names)s.") % {"names": ", ".join(gone)}
    if problems:
        raise ValidationError(problems)
    option.clean_fields()
    if ContainmentOption.objects.filter(workflow=option.workflow_id, name=option.name).exclude(pk=option.pk).exists():
        raise ValidationError({"name": _("This workflow has an option of this name already.")})


def _check_proof(option: ContainmentOption, how: str, minutes: int, moment: datetime, at: datetime) -> None:
    problems: dict[str, str] = {}
    if not how:
        problems["how"] = _("Say how it was proven.")
    if not 0 <= minutes <= LONGEST_MINUTES:
        problems["minutes"] = _("At most thirty days, in minutes.")
    if moment > at + CLOCK_SKEW:
        problems["proven_at"] = _("This lies in the future.")
    elif moment.year < EARLIEST_YEAR:
        problems["proven_at"] = _("This date cannot be right.")
    elif option.proven_at is not None and moment < option.proven_at:
        problems["proven_at"] = _("A later proof is on record already.")
    if problems:
        raise ValidationError(problems)


def _name(option: ContainmentOption, people: list[User]) -> None:
    """Make `people` the ones named, one history row for each who comes or goes."""
    wanted = {person.pk for person in people}
    for executor in ContainmentExecutor.objects.filter(option=option):
        if executor.user_id in wanted:
            wanted.discard(executor.user_id)
        else:
            executor.delete()
    for pk in sorted(wanted):
        ContainmentExecutor.objects.create(option=option, user_id=pk)
