"""Evidence asked of people, and links whose content somebody is to fetch."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.lifecycle import State
from incidents.minimum_evidence import Item
from incidents.models.incidents import Incident
from incidents.requesting import Answer, Status
from registry.kernel.audit.history import Recorded


class RequestQuerySet(models.QuerySet["EvidenceRequest"]):
    def waiting(self) -> Self:
        """Nobody has answered yet."""
        return self.filter(status=Status.ASKED)

    def going_on(self) -> Self:
        """Of incidents that are not over: of the others nobody is reminded. One that was merged goes on as another."""
        return self.exclude(incident__state__in=[State.CLOSED, State.DECLINED])

    def open(self) -> Self:
        """Not answered, or answered and not looked at."""
        return self.filter(status__in=[Status.ASKED, Status.ANSWERED])

    def to_remind(self, at: datetime) -> Self:
        return self.waiting().going_on().filter(remind_at__lte=at)


class EvidenceRequest(Recorded):
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="evidence_requests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked of"))
    wanted = models.CharField(_("what is asked for"), max_length=300)
    item = models.CharField(_("of the minimum set"), max_length=10, choices=Item.choices, blank=True)
    kind = models.CharField(_("kind"), max_length=20)
    reason = models.CharField(_("why"), max_length=500)
    fetches = models.ForeignKey(
        "incidents.Evidence", models.PROTECT, null=True, blank=True, related_name="fetching", verbose_name=_("link")
    )
    """The piece whose link leads to what is to be fetched. Nothing is ever fetched by the server."""
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    since_at = models.DateTimeField(_("clock since"))
    """When it was asked, handed on or sent back last: from then on reminders count."""
    due_at = models.DateTimeField(_("due"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ASKED)
    reminded = models.PositiveSmallIntegerField(_("reminders given"), default=0)
    remind_at = models.DateTimeField(_("next reminder"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, blank=True)
    answer_note = models.CharField(_("in words"), max_length=500, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_note = models.CharField(_("note"), max_length=500, blank=True)
    """Why it was withdrawn or, while it is asked for again, why it was sent back."""

    objects: ClassVar[RequestQuerySet] = RequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("evidence request")
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["incident", "due_at", "id"], name="evidence_request_of_incident"),
            models.Index(
                fields=["person", "due_at", "id"], name="evidence_request_of_person", condition=Q(status="ASKED")
            ),
            models.Index(fields=["remind_at"], name="evidence_request_to_remind", condition=Q(status="ASKED")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gt=models.F("since_at")), name="evidence_request_time_given"),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True, answered_at__isnull=True, answer="")
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
                name="evidence_request_answered_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True, settled_at__isnull=True, status__in=["ASKED", "ANSWERED"])
                | Q(settled_by__isnull=False, settled_at__isnull=False, status__in=["ACCEPTED", "WITHDRAWN"]),
                name="evidence_request_settled_by_and_at",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["ANSWERED", "ACCEPTED"]) | Q(answered_at__isnull=False),
                name="evidence_request_answered_before_accepted",
            ),
        ]

    def __str__(self) -> str:
        return self.wanted

    def get_absolute_url(self) -> str:
        return reverse("evidence-request", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status in (Status.ASKED, Status.ANSWERED)

    @property
    def is_waiting(self) -> bool:
        return self.status == Status.ASKED

    def is_late(self, now: datetime) -> bool:
        return self.is_waiting and self.due_at <= now
