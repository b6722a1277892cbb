"""The playbook of a workflow: seven questions answered in one's own words, with an owner and a day of review."""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded
from registry.models.workflows import Workflow
from registry.playbook_questions import FIELDS, Question, review_due


class PlaybookQuerySet(models.QuerySet["Playbook"]):
    def visible_to(self, user: Any) -> Self:
        """As workflows: open to everyone who is signed in."""
        return self if user.is_active else self.none()


class Playbook(Recorded):
    """One for each workflow. Every saving is a version; what it said at a moment is read from the history."""

    workflow = models.OneToOneField(Workflow, models.PROTECT, related_name="playbook")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"))
    what_counts = models.TextField(_("what counts as an incident"), blank=True)
    containment = models.TextField(_("containment choices"), blank=True)
    output_review = models.TextField(_("review of outputs"), blank=True)
    escalation = models.TextField(_("escalation"), blank=True)
    communication = models.TextField(_("communication"), blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    return_to_normal = models.TextField(_("return to normal"), blank=True)
    learning = models.TextField(_("learning"), blank=True)
    written_at = models.DateTimeField(_("last written"))
    reviewed_at = models.DateTimeField(_("last reviewed"), null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("reviewed by")
    )
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[PlaybookQuerySet] = PlaybookQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("playbook")
        ordering = ["workflow"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True, reviewed_at__isnull=True)
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="playbook_reviewed_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.version}".capitalize()

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("workflow-playbook", args=[self.workflow_id])

    def answers_to(self, question: Question) -> list[tuple[str, str, str]]:
        """Field, what it holds, and the text; also where it is empty."""
        return [(name, str(label), getattr(self, name)) for name, label in question.answers.items()]

    @property
    def answered(self) -> int:
        """How many of the questions have an answer."""
        return sum(all(getattr(self, name).strip() for name in question.answers) for question in Question)

    @property
    def answers(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in FIELDS}

    def is_review_due(self, today: date) -> bool:
        return review_due(self.reviewed_at, today)
