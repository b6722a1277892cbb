"""The words of a workflow's record, and who answers for it."""

from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

OWNERS = ("business_owner", "technical_owner", "deputy")
"""The fields that name whoever answers for a workflow."""


def answered_for_by(user: Any) -> Q:
    """Those that name the person in whatever role."""
    return reduce(or_, (Q(**{name: user}) for name in OWNERS))


class Stage(models.TextChoices):
    PROPOSED = "PROPOSED", _("Proposed")
    DEVELOPMENT = "DEVELOPMENT", _("In development")
    PILOT = "PILOT", _("Pilot")
    PRODUCTION = "PRODUCTION", _("Production")
    RETIRED = "RETIRED", _("Retired")


class Tier(models.TextChoices):
    T1 = "T1", _("T1 Critical")
    T2 = "T2", _("T2 High")
    T3 = "T3", _("T3 Moderate")
    T4 = "T4", _("T4 Low")


class Answer(models.TextChoices):
    YES = "YES", _("Yes")
    NO = "NO", _("No")
    UNKNOWN = "UNKNOWN", _("Not known")


class Impact(models.TextChoices):
    RIGHTS = "RIGHTS", _("People's rights")
    SAFETY = "SAFETY", _("People's safety")
    BOTH = "BOTH", _("Rights and safety")
    NEITHER = "NEITHER", _("Neither")
    UNKNOWN = "UNKNOWN", _("Not known")
