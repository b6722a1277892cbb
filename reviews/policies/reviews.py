"""Who may write, submit, decide and reopen a post-incident review."""

from django.utils.translation import gettext as _

from incidents.lifecycle import CLOSE, State
from incidents.models import Incident
from incidents.policies import incidents
from registry.kernel.access.verdict import Verdict, verdict
from registry.models import Role, User
from reviews.lifecycle import ReviewState
from reviews.models import Review

REVIEWABLE = (State.CONTAINED, State.RECOVERING, State.RESOLVED, State.CLOSED)
"""Before it is contained, everybody's time belongs to the incident."""


def may_see_list(user: User) -> Verdict:
    """Everyone who is signed in; reviews of restricted incidents are left out of what they see."""
    return verdict(user.is_active, _("Your account is not active."))


def may_see(user: User, review: Review) -> Verdict:
    return incidents.may_see(user, review.incident)


def may_start(user: User, incident: Incident) -> Verdict:
    return incidents.may_work(user, incident) & verdict(
        incident.state in REVIEWABLE, _("A review begins once the incident is contained.")
    )


def may_write(user: User, review: Review) -> Verdict:
    """Whoever works on the incident, while the review is being written."""
    return incidents.may_work(user, review.incident) & verdict(
        review.status in {ReviewState.DRAFT, ReviewState.RETURNED},
        _("A submitted or approved review is no longer edited. It can be returned or reopened."),
    )


def may_submit(user: User, review: Review) -> Verdict:
    return may_write(user, review)


def may_decide(user: User, review: Review) -> Verdict:
    """Risk, and never who wrote or submitted it."""
    return (
        incidents.may_see(user, review.incident)
        & verdict(user.has(Role.RISK), _("Reviews are approved or returned by risk and compliance."))
        & verdict(
            user.pk not in {review.author_id, review.submitted_by_id},
            _("You wrote or submitted this review; a second person decides it."),
        )
        & verdict(review.status == ReviewState.SUBMITTED, _("This review is not waiting for a decision."))
    )


def may_reopen(user: User, review: Review) -> Verdict:
    return (
        incidents.may_see(user, review.incident)
        & verdict(user.has(Role.RISK), _("Approved reviews are reopened by risk and compliance."))
        & verdict(review.status == ReviewState.APPROVED, _("Only an approved review can be reopened."))
    )


def may_close(user: User, incident: Incident) -> Verdict:
    """Whoever may take the last step, and whoever may take it over conditions that are not met."""
    return incidents.may_move(user, incident, CLOSE) | incidents.may_override_gate(user, incident)
