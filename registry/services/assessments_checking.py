"""What an assessment, a request for another tier and a decision on it must satisfy."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from registry.kernel.http.errors import Conflict
from registry.models import TierAssessment
from registry.models.workflow_words import Tier
from registry.risk_areas import Area, Level
from registry.services.assessments_act import Act, ActRefused

LONGEST_OVERRIDE = timedelta(days=366)
MOST_LINKS = 10
_is_address = URLValidator(schemes=["https"])


def checked_answers(answers: Mapping[str, Mapping[str, Any]], act: Act | ActRefused) -> dict[str, dict[str, Any]]:
    """The answers of all areas, tidied; raises `ValidationError` under the names `<AREA>_level`, `<AREA>_reason`,
    `<AREA>_evidence`, and the names under which the EU AI Act was refused.
    """
    problems: dict[str, str] = {}
    given: dict[str, dict[str, Any]] = {}
    for area in Area:
        given[area.value] = tidied(answers.get(area, {}))
        problems |= area_problems(area, given[area.value])
    if isinstance(act, ActRefused):
        problems |= act.problems
    if problems:
        raise ValidationError(problems)
    return given


def tidied(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Level, reason and evidence of one area, and nothing else; no link twice."""
    links = [str(link).strip() for link in answer.get("evidence") or ()]
    return {
        "level": str(answer.get("level", "")),
        "reason": str(answer.get("reason", "")).strip(),
        "evidence": list(dict.fromkeys(link for link in links if link)),
    }


def area_problems(area: Area, answer: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a tidied answer, by the names of `checked_answers`."""
    problems: dict[str, str] = {}
    if answer["level"] not in list(Level):
        problems[f"{area}_level"] = _("Choose an answer.")
    elif answer["level"] != Level.LOW and not answer["reason"]:
        problems[f"{area}_reason"] = _("Say why this is above low.")
    if problem := _links_problem(answer["evidence"]):
        problems[f"{area}_evidence"] = problem
    return problems


def _links_problem(links: list[str]) -> str:
    if len(links) > MOST_LINKS:
        return _("At most %(most)d links.") % {"most": MOST_LINKS}
    for link in links:
        try:
            _is_address(link)
        except ValidationError:
            return _("“%(link)s” is not an https address.") % {"link": link[:80]}
        if len(link) > 500:
            return _("This address is longer than 500 characters: %(link)s…") % {"link": link[:80]}
    return ""


def check_override(computed: str, tier: str, reason: str, until: date | None, today: date) -> None:
    problems: dict[str, str] = {}
    if tier not in Tier.values:
        problems["override_tier"] = _("Choose a tier.")
    elif tier == computed:
        problems["override_tier"] = _("The rules give this tier already.")
    if not reason.strip():
        problems["override_reason"] = _("Say why the rules do not fit this case.")
    if until is None:
        problems["override_until_date"] = _("Say until when; another tier is never given for good.")
    elif until < today:
        problems["override_until_date"] = _("This day has passed.")
    elif until - today > LONGEST_OVERRIDE:
        problems["override_until_date"] = _("At most one year ahead.")
    if problems:
        raise ValidationError(problems)


def check_open(assessment: TierAssessment, today: date, approve: bool) -> None:
    if assessment.override_status != TierAssessment.OverrideStatus.ASKED:
        raise Conflict(_("Nobody waits for a decision here any more."))
    if TierAssessment.objects.filter(workflow_id=assessment.workflow_id, pk__gt=assessment.pk).exists():
        raise Conflict(_("The workflow has been assessed again since; decide on the newest assessment."))
    if approve and assessment.override_until_date is not None and assessment.override_until_date < today:
        raise Conflict(_("The time asked for has passed. Refuse this one and ask anew."))
