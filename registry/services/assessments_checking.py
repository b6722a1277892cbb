"""What an assessment, a request for another tier and a decision on it must satisfy."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from registry.ai_act import AiActClass
from registry.kernel.http.errors import Conflict
from registry.models import TierAssessment
from registry.models.workflows import Tier
from registry.risk_areas import Area, Level

LONGEST_OVERRIDE = timedelta(days=366)
REASONED_CLASSES = frozenset({AiActClass.PROHIBITED, AiActClass.HIGH_RISK, AiActClass.LIMITED})


def checked_answers(
    answers: Mapping[str, Mapping[str, str]], ai_act_class: str, ai_act_reason: str
) -> dict[str, dict[str, str]]:
    """The answers of all areas, tidied; raises `ValidationError` under the names `<AREA>_level` and `<AREA>_reason`."""
    problems: dict[str, str] = {}
    given: dict[str, dict[str, str]] = {}
    for area in Area:
        level, reason = answers.get(area, {}).get("level", ""), answers.get(area, {}).get("reason", "").strip()
        if level not in list(Level):
            problems[f"{area}_level"] = _("Choose an answer.")
        elif level != Level.LOW and not reason:
            problems[f"{area}_reason"] = _("Say why this is above low.")
        given[area.value] = {"level": str(level), "reason": reason}
    if ai_act_class not in list(AiActClass):
        problems["ai_act_class"] = _("Choose a class.")
    elif ai_act_class in REASONED_CLASSES and not ai_act_reason.strip():
        problems["ai_act_reason"] = _("Say which provision applies and why.")
    if problems:
        raise ValidationError(problems)
    return given


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
