"""Action items: specific, owned, dated changes, done only with proof and a second person."""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from registry.kernel.audit.asof import is_limited
from registry.kernel.audit.history import Recorded, Whole, recorded
from registry.models import StoredFile, Workflow
from reviews.lifecycle import ActionCategory, ActionState
from reviews.models.reviews import Review

CHASED = (ActionState.OPEN, ActionState.IN_PROGRESS, ActionState.RECURRED)
"""Somebody still has to do something by the due date."""


class ActionQuerySet(models.QuerySet["ActionItem"]):
    def visible_to(self, user: Any) -> Self:
        """Items of restricted incidents are seen by those who see the incident, and by whoever must do them."""
        if is_limited(self.model):
            return self
        return self.filter(
            Q(incident__isnull=True) | Q(assignee=user) | Q(incident__in=Incident.objects.visible_to(user))
        )

    def open_to_all(self) -> Self:
        """What may be told to everyone who is signed in."""
        return self.filter(Q(incident__isnull=True) | Q(incident__visibility=Incident.Visibility.NORMAL))

    def to_chase(self) -> Self:
        return self.filter(state__in=CHASED)

    def overdue(self, today: date) -> Self:
        return self.to_chase().filter(due_date__lt=today)

    def assigned_to(self, user: Any) -> Self:
        return self.filter(assignee=user)


class ActionItem(Whole):
    Category = ActionCategory
    State = ActionState

    title = models.CharField(_("what will be changed"), max_length=200)
    description = models.TextField(_("details"), blank=True)
    category = models.CharField(_("category"), max_length=14, choices=ActionCategory.choices)
    state = models.CharField(_("state"), max_length=14, choices=ActionState.choices, default=ActionState.OPEN)
    review = models.ForeignKey(Review, models.PROTECT, null=True, blank=True, related_name="actions")
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="actions")
    workflow = models.ForeignKey(Workflow, models.PROTECT, null=True, blank=True, related_name="actions")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="action_items", verbose_name=_("owner")
    )
    due_date = models.DateField(_("due"))
    first_due_date = models.DateField(_("first due"))
    proof = models.TextField(_("proof"), blank=True)
    proof_url = models.URLField(_("link to the proof"), max_length=500, blank=True)
    proof_file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    proof_filename = models.CharField(max_length=250, blank=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(_("claimed done"), null=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(_("verified"), null=True)
    effect_due_date = models.DateField(_("effect checked by"), null=True, blank=True)
    accepted_until_date = models.DateField(_("risk accepted until"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created"))
    version = models.PositiveIntegerField(default=1)

    history = recorded()
    objects: ClassVar[models.Manager["ActionItem"]] = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action item")
        ordering = ["due_date", "id"]
        indexes = [
            GinIndex(SearchVector("title", config="english"), name="action_search"),
            models.Index(fields=["due_date", "id"]),
            models.Index(fields=["state", "due_date"]),
            models.Index(fields=["assignee", "state"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("claimed_by")),
                name="action_verified_by_second_person",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True, verified_at__isnull=True)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="action_verified_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_at__isnull=True)
                | Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="action_claimed_by_and_at",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["DONE_CLAIMED", "VERIFIED", "EFFECTIVE"]) | ~Q(proof=""),
                name="action_done_has_proof",
            ),
            models.CheckConstraint(
                condition=~Q(state="RISK_ACCEPTED") | Q(accepted_until_date__isnull=False),
                name="action_risk_accepted_until",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        return f"ACT-{self.pk:04d}" if self.pk else "ACT-new"

    def get_absolute_url(self) -> str:
        return reverse("action", args=[self.pk])

    @property
    def category_word(self) -> str:
        """The category without what explains it."""
        return self.get_category_display().partition(":")[0]

    @property
    def is_chased(self) -> bool:
        return self.state in CHASED

    @property
    def is_verified(self) -> bool:
        return self.state in {ActionState.VERIFIED, ActionState.EFFECTIVE}

    @property
    def has_recurred(self) -> bool:
        return self.state == ActionState.RECURRED

    def is_overdue(self, today: date) -> bool:
        return self.state in CHASED and self.due_date < today


class ActionPassage(Recorded):
    """One change of state of an action item."""

    action = models.ForeignKey(ActionItem, models.PROTECT, related_name="passages")
    verb = models.CharField(max_length=20)
    source = models.CharField(_("from"), max_length=14, choices=ActionState.choices)
    target = models.CharField(_("to"), max_length=14, choices=ActionState.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("change of state of an action item")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class Extension(Recorded):
    """More time: asked for with a reason, decided by another person, counted."""

    action = models.ForeignKey(ActionItem, models.PROTECT, related_name="extensions")
    old_due_date = models.DateField(_("was due"))
    new_due_date = models.DateField(_("asked for"))
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)
    is_granted = models.BooleanField(_("granted"), null=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("extension")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["action"], condition=Q(decided_at__isnull=True), name="one_open_extension_per_action"
            ),
            models.CheckConstraint(condition=Q(new_due_date__gt=F("old_due_date")), name="extension_is_later"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="extension_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, is_granted__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False, is_granted__isnull=False),
                name="extension_decided_by_at_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_due_date} → {self.new_due_date}"
