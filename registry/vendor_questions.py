"""The proofs asked of a vendor, from the four sides that must trust what it supplies once it is live.

What each side must know comes from the playbook for governed post-launch support: the questions that technology, risk,
compliance and operations put to a vendor before they trust it after go-live. The wording is our own.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from registry.labelled import Labelled

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Side(Labelled):
    """Who here must be able to trust the answer."""

    TECHNOLOGY = "TECHNOLOGY", _("Technology")
    RISK = "RISK", _("Risk")
    COMPLIANCE = "COMPLIANCE", _("Compliance")
    OPERATIONS = "OPERATIONS", _("Operations")


class Aim(Labelled):
    """Which of the four questions about every workflow the answer helps with."""

    SEEN = "SEEN", _("Seen")
    STOPPED = "STOPPED", _("Stopped")
    EXPLAINED = "EXPLAINED", _("Explained")
    IMPROVED = "IMPROVED", _("Improved")


CONCERNS: "Final[dict[Side, StrPromise | str]]" = {
    Side.TECHNOLOGY: _("Can we hold it, go back and look into it ourselves?"),
    Side.RISK: _("Is it handled by the harm it can do, and does it get better?"),
    Side.COMPLIANCE: _("Can it be told and shown afterwards?"),
    Side.OPERATIONS: _("Does the work go on meanwhile?"),
}
"""What each side is about, in one line."""


@dataclass(frozen=True)
class Question:
    key: str
    side: Side
    aim: Aim
    text: "StrPromise | str"
    shows: "StrPromise | str"
    """What would show it."""


QUESTIONS: Final = (
    Question(
        "AFFECTED_OUTPUTS", Side.TECHNOLOGY, Aim.SEEN,
        _("How do you find which outputs an incident touched, and how are they looked at again?"),
        _("A query or report over past outputs, and the list it gave in a drill."),
    ),
    Question(
        "OWN_INSPECTION", Side.TECHNOLOGY, Aim.SEEN,
        _("Can we look into an incident and act in it ourselves, without waiting for you to interpret it?"),
        _("Access of our own to logs and switches, and the steps somebody here took with them."),
    ),
    Question(
        "GRADED_CONTAINMENT", Side.TECHNOLOGY, Aim.STOPPED,
        _("What can be done between running on and switching everything off?"),
        _("Each step with how it is set, who may set it and how long it takes."),
    ),
    Question(
        "ROLLBACK", Side.TECHNOLOGY, Aim.STOPPED,
        _("How does an incident lead to a rollback or a narrower scope, and to which versions can one go back?"),
        _("Versions that can be called by name, and a rehearsed return to one."),
    ),
    Question(
        "UNDOCUMENTED", Side.TECHNOLOGY, Aim.EXPLAINED,
        _("What of handling an incident is known only to people at your side and written nowhere?"),
        _("The runbooks, and the date somebody new last worked by them alone."),
    ),
    Question(
        "WIDER_REVIEW", Side.RISK, Aim.SEEN,
        _("Which incidents make you call more than your engineers, and from when on do you call us?"),
        _("Your severity scale with who is called at each level."),
    ),
    Question(
        "HARMFUL_OUTPUTS", Side.RISK, Aim.STOPPED,
        _("What happens to outputs that turn out harmful or doubtful?"),
        _("The rule by which they are held, corrected or withdrawn, and a case it was used in."),
    ),
    Question(
        "EVIDENCE_KEPT", Side.RISK, Aim.EXPLAINED,
        _("Which evidence do you keep of an incident, for how long, and how do we get it?"),
        _("The list of what is kept with its periods, and one export."),
    ),
    Question(
        "LOCAL_OR_WIDE", Side.RISK, Aim.IMPROVED,
        _("When is an incident a fault of one place, and when a sign that the control of the service fails?"),
        _("The criteria, and how the last incidents were judged by them."),
    ),
    Question(
        "REDESIGN", Side.RISK, Aim.IMPROVED,
        _("How often may the same thing go wrong before it is designed anew instead of repaired again?"),
        _("The number or pattern that sets it off, and what it led to."),
    ),
    Question(
        "RECONSTRUCTION", Side.COMPLIANCE, Aim.EXPLAINED,
        _("Can it be told afterwards what happened, who decided, and which controls were on?"),
        _("One past case told from your records."),
    ),
    Question(
        "EVIDENCE_SURVIVES", Side.COMPLIANCE, Aim.EXPLAINED,
        _("What of the evidence is left when the service is changed while an incident goes on?"),
        _("How states are kept before a change, and where."),
    ),
    Question(
        "COMMUNICATION", Side.COMPLIANCE, Aim.EXPLAINED,
        _("How is it written down what you told whom, when customers or authorities are concerned?"),
        _("The form in which such decisions are kept, and who signs them."),
    ),
    Question(
        "RESPONSE_EXPLAINED", Side.COMPLIANCE, Aim.EXPLAINED,
        _("Can the response be explained, and not only the failure?"),
        _("A timeline with decisions and their reasons from a past incident or drill."),
    ),
    Question(
        "REVIEW_TRACE", Side.COMPLIANCE, Aim.IMPROVED,
        _("Does your review after an incident keep enough for later checks, and do we get it?"),
        _("A review with its actions, and how each was followed to its end."),
    ),
    Question(
        "FIRST_RESPONSE", Side.OPERATIONS, Aim.SEEN,
        _("Who takes the first call, at any hour, and how fast?"),
        _("A roster with names, and the time the last call took."),
    ),
    Question(
        "RESUMING", Side.OPERATIONS, Aim.SEEN,
        _("By which signals do you and we know that normal operation can be taken up again?"),
        _("The signals, their baselines, and how long they must hold."),
    ),
    Question(
        "CONTAIN_OR_WATCH", Side.OPERATIONS, Aim.STOPPED,
        _("Which cases must be contained at once, and which may be watched?"),
        _("Thresholds that somebody on call can read off."),
    ),
    Question(
        "FALLBACK", Side.OPERATIONS, Aim.STOPPED,
        _("What carries the work while your service is narrowed or off?"),
        _("The other path, and how much it carried when it was last used."),
    ),
    Question(
        "BACKLOG", Side.OPERATIONS, Aim.STOPPED,
        _("What becomes of the work that piles up meanwhile?"),
        _("How it is held, in which order it is worked off, and who watches it."),
    ),
)  # fmt: skip
