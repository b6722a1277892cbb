"""Templates of messages, filled from one incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.services.outputs.tallying import tally_of
from incidents.services.times import times_of
from incidents.services.wording import chosen
from incidents.times import TimeKind
from registry.communicating import Audience
from registry.message_templates import Occasion, filled, find, gaps, templates_of
from registry.models import OrganisationRules
from registry.organisation_rules import RulesKind

_TIMES = {
    "began": TimeKind.STARTED,
    "noticed": TimeKind.DETECTED,
    "contained": TimeKind.CONTAINED,
    "resolved": TimeKind.RESOLVED,
}


@dataclass(frozen=True)
class Filled:
    """A template with what the incident knows; `rules` is the version it stands in."""

    rules: OrganisationRules
    audience: Audience
    occasion: Occasion
    subject: str
    text: str

    @property
    def gaps(self) -> list[str]:
        return gaps(f"{self.subject}\n{self.text}")


def filled_for(incident: Incident, at: datetime) -> list[Filled]:
    """Every template in force, in their order."""
    rules = OrganisationRules.objects.in_force(RulesKind.MESSAGES, at)
    values = values_of(incident)
    return [
        Filled(rules, each.audience, each.occasion, filled(each.subject, values)[:200], filled(each.text, values))
        for each in templates_of(rules.definition)
    ]


def values_of(incident: Incident) -> dict[str, str]:
    """What the record says for each placeholder; nothing for what only a person can say."""
    times = times_of(incident)
    found = {name: _in_words(times[kind]) for name, kind in _TIMES.items() if kind in times}
    names = ", ".join(link.workflow.name for link in incident.links.all().select_related("workflow"))
    affected = tally_of(incident).affected
    return {
        **found,
        "reference": incident.reference,
        "workflow": names,
        "affected": _("%(n)d outputs") % {"n": affected} if affected else "",
    }


def begun_from(template_rules: int | None, audience: str, occasion: str) -> dict[str, Any]:
    """The columns of the template that words began from; refused where there is no such template."""
    if template_rules is None and not occasion:
        return {}
    rows = OrganisationRules.objects.of(RulesKind.MESSAGES).approved()
    rules = rows.filter(pk=template_rules or 0).first()
    known = chosen("occasion", occasion, Occasion)
    if rules is None or find(rules.definition, audience, known) is None:
        raise ValidationError({"occasion": _("There is no template for this audience and occasion.")})
    return {"template_rules": rules, "occasion": known}


def _in_words(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j F Y, H:i T")
