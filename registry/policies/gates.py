"""Who asks to let a workflow go live or do more by itself, who decides at each step, who meets conditions."""

from django.utils.translation import gettext as _

from registry.approvals import LIVE
from registry.kernel.access.verdict import ALLOWED, Verdict, deny, verdict
from registry.models import GateCondition, GateRequest, GateStep, Role, User, Workflow
from registry.policies.workflows import owns


def may_ask(user: User, workflow: Workflow) -> Verdict:
    """The owners of the workflow, deputy included, and risk staff."""
    return verdict(
        user.has(Role.RISK) or (user.has(Role.OWNER) and owns(user, workflow)),
        _("Only the owners of this workflow and risk staff ask for this."),
    )


def may_decide(user: User, request: GateRequest) -> Verdict:
    """One person of a role of the step that is open, who neither asked, nor answers for the workflow, nor decided
    another step."""
    steps = list(request.steps.all())
    step = open_step(steps)
    if step is None or not request.is_waiting:
        return deny(_("Nobody waits for a decision here any more."))
    return may_decide_step(user, step, steps, request.workflow)


def may_decide_step(user: User, step: GateStep, steps: list[GateStep], workflow: Workflow) -> Verdict:
    if user.pk == step.asked_by_id:
        return deny(_("You asked for this yourself; other people have to decide."))
    if owns(user, workflow):
        return deny(_("You answer for this workflow yourself; other people have to decide."))
    if not user.has(*step.roles):
        words = {"number": step.number, "roles": _(" or ").join(step.role_labels)}
        return deny(_("Step %(number)d is decided by: %(roles)s.") % words)
    if any(other.decided_by_id == user.pk for other in steps):
        return deny(_("You decided another step already; nobody decides two."))
    return ALLOWED


def open_step(steps: list[GateStep]) -> GateStep | None:
    """The first that nobody has decided, unless one was refused."""
    if any(step.verdict == GateStep.Verdict.REFUSED for step in steps):
        return None
    return next((step for step in sorted(steps, key=lambda step: step.number) if not step.verdict), None)


def may_withdraw(user: User, request: GateRequest) -> Verdict:
    """Taking back only tightens: whoever asked, the owners, and whoever may decide on such requests."""
    if request.status not in LIVE:
        return deny(_("There is nothing to take back any more."))
    concerned = user.pk == request.asked_by_id or (user.has(Role.OWNER) and owns(user, request.workflow))
    return verdict(
        concerned or user.has(Role.RISK, Role.EXECUTIVE),
        _("Only whoever asked, the owners of this workflow, risk staff and executives take this back."),
    )


def may_use(user: User, request: GateRequest) -> Verdict:
    """Whoever may edit the workflow puts the granted change into effect."""
    return verdict(
        user.has(Role.RISK) or (user.has(Role.OWNER) and owns(user, request.workflow)),
        _("Only the owners of this workflow and risk staff put this into effect."),
    )


def may_meet(user: User, condition: GateCondition) -> Verdict:
    """Its owner, the owners of the workflow, and risk staff."""
    workflow = condition.request.workflow
    is_owner = user.pk == condition.owner_id or owns(user, workflow)
    return verdict(
        user.has(Role.RISK) or (is_owner and user.has(Role.OWNER, Role.RESPONDER, Role.EXECUTIVE)),
        _("Only the owner of the condition, the owners of this workflow and risk staff say that it is met."),
    )
