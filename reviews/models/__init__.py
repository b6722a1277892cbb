"""The tables of reviews and remediation."""

from reviews.models.actions import ActionItem, ActionPassage, Extension
from reviews.models.chase import ChaseCalendar, ChaseStep
from reviews.models.kinds import ReportKind
from reviews.models.reviews import Review

__all__ = ["ActionItem", "ActionPassage", "ChaseCalendar", "ChaseStep", "Extension", "ReportKind", "Review"]
