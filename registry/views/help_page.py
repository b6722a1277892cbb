"""Help: keys, roles, words, and where more is written."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.pages import page
from registry.models import Role
from registry.policies.people import may_keep_own
from registry.views.requests import SignedInRequest


@dataclass(frozen=True)
class Line:
    term: object
    text: object
    is_mine: bool = False


MAY = {
    Role.MEMBER: _(
        "Reads the register, reviews, reports and incidents that are not restricted. Declares incidents, reports "
        "near misses, works on action items that are theirs."
    ),
    Role.OWNER: _(
        "Registers workflows and edits their own, with surfaces, containment options, signals and downstream actions; "
        "says which versions are known to be good; takes part in incidents of their workflows."
    ),
    Role.RESPONDER: _(
        "Works in incidents: timeline, evidence, containment, roles. Leads those they declare. Proves containment "
        "options and shows that signals fire."
    ),
    Role.RISK: _(
        "Edits every workflow, assesses tiers, imports inventories, sets owners; decides on severity, restrictions, "
        "reviews, extensions and obligations. Reads everything."
    ),
    Role.EXECUTIVE: _("Decides on tier overrides, accepts risk, passes gates of an incident with a reason."),
    Role.AUDITOR: _("Reads everything, restricted incidents and the audit log too. Writes nothing."),
    Role.ADMINISTRATOR: _("Adds people, gives roles, closes accounts. Sees no more of the content than a member."),
}
WORDS = (
    Line(_("Workflow"), _("An AI system in use or on its way there: one entry of the register, with an owner.")),
    Line(_("Risk tier"), _("How far a workflow can hurt, T1 Critical to T4 Low, from seven areas judged one by one.")),
    Line(_("Surface"), _("A part whose change can change behaviour: model, prompt, data source, tool, limit.")),
    Line(_("Known good"), _("The version of a surface to go back to when something goes wrong.")),
    Line(_("Baseline"), _("The versions a workflow may run on, proposed by one person and approved by another.")),
    Line(_("Drift"), _("How many surfaces are not as in the approved baseline.")),
    Line(_("Containment option"), _("A prepared way to limit harm, with who may use it and how long it takes.")),
    Line(_("Playbook"), _("What to do when this workflow fails: seven questions, each answered on one screen.")),
    Line(_("Signal"), _("What tells that a workflow goes wrong: a monitor, or people who notice.")),
    Line(_("Blind"), _("Running without any signal in use: nothing would tell that it goes wrong.")),
    Line(_("Downstream action"), _("What a workflow can set off in another system or for people.")),
    Line(_("Attestation"), _("An owner’s signed statement that an entry of the register is true as it stands.")),
    Line(_("Severity"), _("How bad an incident is, SEV-1 to SEV-3: proposed from facts, confirmed by a person.")),
    Line(
        _("Rules"),
        _("Severity scale, escalation paths, communication rules and decision rights: agreed before an incident."),
    ),
    Line(_("Gate"), _("What must be true before an incident moves on. Passing one unmet needs a reason on record.")),
    Line(_("Near miss"), _("Something that could have done harm and did not. Counted apart from incidents.")),
    Line(_("Evidence"), _("A file, link or note with its SHA-256 and the list of everyone who touched it.")),
    Line(_("Custody"), _("That list: collected, read, verified, held, released.")),
    Line(_("Obligation"), _("Something to tell somebody outside by a deadline, such as a regulator.")),
    Line(_("Review"), _("What happened and why, written after an incident and approved by a second person.")),
    Line(_("Action item"), _("One thing to do about it: with a person, a day, proof, and somebody else who verifies.")),
    Line(_("Restricted"), _("Seen only by those who were let in, risk staff and auditors.")),
    Line(_("Orphaned"), _("Running without a business owner who is still here.")),
)


@page(may_keep_own, "GET")
def help_page(request: SignedInRequest) -> HttpResponse:
    roles = [Line(role.label, MAY[role], request.user.has(role)) for role in Role]
    return render(request, "help/help.html", {"roles": roles, "words": WORDS, "api": _api_docs()})


def _api_docs() -> str:
    try:
        return reverse("api:docs")
    except NoReverseMatch:  # an installation without the API
        return ""
