"""What keeps a request at a gate from being made or agreed to, in words."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from registry.approvals import Autonomy, Basis, GateKind, is_outgrown, is_raise
from registry.kernel.http.errors import Conflict
from registry.models import GateRequest, Stage, User, Workflow
from registry.reports.gate_blockers import Standing


def refuse_blocked(found: Standing) -> None:
    if found.blockers:
        told = "; ".join(f"{blocker.name}: {blocker.says}" for blocker in found.blockers)
        raise Conflict(_("Something is missing first. %(told)s") % {"told": told}, code="gate-not-met")


def refuse_outgrown(request: GateRequest, workflow: Workflow) -> None:
    """The chain is that of the tier at which it was asked for; a tier that needs other people needs another request."""
    if is_outgrown(request.tier, workflow.tier):
        words = {"request": request.reference, "tier": workflow.get_tier_display()}
        raise Conflict(_("Since %(request)s was asked for the tier became %(tier)s. Ask anew.") % words)


def refuse_without_people(steps: tuple[tuple[str, ...], ...], by: User, workflow: Workflow) -> None:
    """A chain that nobody can walk would wait for ever."""
    barred = {by.pk, *workflow.owner_ids}
    for number, roles in enumerate(steps, start=1):
        people = User.objects.active().filter(roles__overlap=list(roles)).exclude(pk__in=barred)
        if people.count() < sum(set(roles) & set(others) != set() for others in steps[:number]):
            raise Conflict(
                _("Beside you and the owners there is nobody who could decide step %(number)d.") % {"number": number}
            )


def check_asked(workflow: Workflow, kind: str, to_autonomy: str, reason: str) -> None:
    if kind not in list(GateKind):
        raise ValidationError({"kind": _("Choose what is asked for.")})
    problems: dict[str, str] = {}
    if not reason.strip():
        problems["reason"] = _("Say why, and why now.")
    if kind == GateKind.GO_LIVE:
        _check_stage(workflow)
    elif to_autonomy not in list(Autonomy):
        problems["to_autonomy"] = _("Choose what it shall do by itself.")
    elif not workflow.autonomy:
        problems["to_autonomy"] = _("State first what it may do by itself now, in its record.")
    elif not is_raise(workflow.autonomy, to_autonomy):
        problems["to_autonomy"] = _("It may do that already. To lower the level, change the record.")
    if problems:
        raise ValidationError(problems)


def _check_stage(workflow: Workflow) -> None:
    if workflow.stage == Stage.PRODUCTION and workflow.production_basis == Basis.GATE:
        raise Conflict(_("It was approved to go live already."))
    if workflow.stage not in (Stage.PILOT, Stage.PRODUCTION):
        raise Conflict(_("Only a pilot asks to go live. Let it run as a pilot first."))
