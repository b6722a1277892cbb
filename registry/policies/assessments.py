"""Who judges the risk tier, and who decides when somebody asks for another tier than the rules give."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Verdict, deny, verdict
from registry.models import AssessmentDraft, Role, TierAssessment, User, Workflow


def may_assess(user: User, workflow: Workflow) -> Verdict:
    """Risk staff assess; an owner would judge their own case."""
    return verdict(user.has(Role.RISK), _("Only risk staff assess the tier of a workflow."))


def may_see_drafts(user: User) -> Verdict:
    """Answers that are not submitted yet: those who assess, and auditors."""
    return verdict(user.has(Role.RISK, Role.AUDITOR), _("Only risk staff and auditors read unfinished assessments."))


def may_answer(user: User, draft: AssessmentDraft) -> Verdict:
    """Each person has their own draft."""
    if not user.has(Role.RISK):
        return deny(_("Only risk staff assess the tier of a workflow."))
    return verdict(user.pk == draft.person_id, _("Somebody else is answering this. Begin your own."))


def may_ask_override(user: User, workflow: Workflow) -> Verdict:
    return verdict(user.has(Role.RISK), _("Only risk staff ask for another tier than the rules give."))


def may_decide_override(user: User, assessment: TierAssessment) -> Verdict:
    """A second person: risk or executive, never whoever asked."""
    if not user.has(Role.RISK, Role.EXECUTIVE):
        return deny(_("Only risk staff and executives decide on another tier than the rules give."))
    return verdict(
        user.pk != assessment.assessed_by_id,
        _("You asked for this tier yourself; another person has to decide."),
    )


def may_know_calls(user: User) -> bool:
    """A SEV-1 that asks for a new assessment may be restricted: only who sees every incident hears of it."""
    return user.has(Role.RISK, Role.AUDITOR)
