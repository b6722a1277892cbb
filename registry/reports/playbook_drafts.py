"""First words for a playbook that nobody has written yet, made of what the registry knows; a writer puts them right."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from registry.blast_radius import Reversibility
from registry.containment_proof import Rung
from registry.models import ContainmentOption, Surface, User, Workflow
from registry.playbook_questions import FIELDS, LONGEST_ANSWER
from registry.reports.blast import paths
from registry.reports.watching import in_order


def drafts_for(workflow: Workflow) -> dict[str, str]:
    """Field → words; empty where the registry has nothing to begin with. Four queries."""
    found = {
        "what_counts": _what_counts(workflow),
        "containment": _containment(workflow),
        "output_review": _output_review(workflow),
        "escalation": _escalation(workflow),
        "communication": _communication(workflow),
        "evidence": _evidence(workflow),
        "return_to_normal": _return(workflow),
        "learning": _(
            "Each cause gets an action item with an owner and a day; a repeated one leads to a change of design."
        ),
    }
    return {name: found[name][:LONGEST_ANSWER] for name in FIELDS}


def _what_counts(workflow: Workflow) -> str:
    signals = in_order(workflow.signals.filter(is_active=True))
    fires = [_("%(name)s: %(threshold)s") % {"name": one.name, "threshold": one.threshold} for one in signals]
    return "\n".join(
        [*_listed(fires), _("Whoever is unsure declares it; it then starts at SEV-2 and the lead may lower it.")]
    )


def _containment(workflow: Workflow) -> str:
    options = list(workflow.containment_options.filter(is_active=True))
    by_rung: dict[Rung, list[ContainmentOption]] = {rung: [] for rung in Rung}
    for option in sorted(options, key=lambda one: (one.rank, one.pk)):
        by_rung[option.rung].append(option)
    lines = [
        _("%(rung)s: %(names)s.") % {"rung": rung.label, "names": ", ".join(one.name for one in found)}
        for rung, found in by_rung.items()
        if found
    ]
    if stops := by_rung[Rung.STOP]:
        lines.append(_("At SEV-1 begin with “%(name)s” and narrow it later.") % {"name": stops[-1].name})
    return "\n".join(_listed(lines))


def _output_review(workflow: Workflow) -> str:
    found = [path.action for path in paths(workflow.downstream_actions.filter(is_active=True))]
    lines = [
        _("Everything that went through “%(name)s” (%(system)s) since it began to go wrong.")
        % {"name": one.name, "system": one.target_system}
        for one in found
    ]
    lasting = [one.name for one in found if one.reversibility == Reversibility.IRREVERSIBLE]
    if lasting:
        lines.append(_("What cannot be undone comes first: %(names)s.") % {"names": ", ".join(lasting)})
    return "\n".join(_listed(lines))


def _escalation(workflow: Workflow) -> str:
    places = (
        (_("Business owner"), workflow.business_owner),
        (_("Technical owner"), workflow.technical_owner),
        (_("Deputy"), workflow.deputy),
    )
    here = [_("%(place)s: %(person)s") % {"place": place, "person": who} for place, who in places if _is_here(who)]
    return "\n".join(_listed(here))


def _communication(workflow: Workflow) -> str:
    if not workflow.affected_people:
        return ""
    return _("Concerned are: %(people)s") % {"people": workflow.affected_people.rstrip(".") + "."}


def _evidence(workflow: Workflow) -> str:
    surfaces = Surface.objects.filter(workflow=workflow, is_active=True)
    lines = [_("Version and settings of %(name)s") % {"name": surface.name} for surface in surfaces]
    return "\n".join(_listed(lines))


def _return(workflow: Workflow) -> str:
    signals = in_order(workflow.signals.filter(is_active=True))
    lines = [_("%(name)s back at: %(baseline)s") % {"name": one.name, "baseline": one.baseline} for one in signals]
    return "\n".join(_listed(lines[:4]))


def _listed(lines: Iterable[str]) -> list[str]:
    return [f"- {line}" for line in lines]


def _is_here(person: User | None) -> bool:
    return person is not None and person.is_active
