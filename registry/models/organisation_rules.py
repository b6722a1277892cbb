"""The organisation's rules: five kinds in numbered versions with an owner, proposed by one and decided by another."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.asof import clock
from registry.kernel.audit.history import Recorded
from registry.organisation_rules import RulesKind


class OrganisationRulesQuerySet(models.QuerySet["OrganisationRules"]):
    def visible_to(self, user: Any) -> Self:
        """Everybody must know by which rules an incident is run."""
        return self if user.is_active else self.none()

    def of(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def approved(self) -> Self:
        return self.filter(status=OrganisationRules.Status.APPROVED)

    def known_at(self, at: datetime) -> Self:
        """What had been proposed by then; `standing_at` says how far it had got."""
        return self.filter(Q(proposed_at__isnull=True) | Q(proposed_at__lte=at))

    def in_force(self, kind: str, at: datetime) -> "OrganisationRules":
        """The one version that counts at that moment; the first one for what happened before there was any."""
        approved = self.of(kind).approved()
        found = approved.filter(effective_at__lte=at).order_by("-effective_at", "-number").first()
        return found or approved.earliest("number")

    def all_in_force(self, at: datetime) -> dict[str, "OrganisationRules"]:
        """The same of every kind, in their order. One query."""
        rows = self.approved().filter(effective_at__lte=at).order_by("kind", "-effective_at", "-number")
        found = {row.kind: row for row in rows.distinct("kind")}
        return {kind.value: found[kind] for kind in RulesKind if kind in found}


class OrganisationRules(Recorded):
    """A version of one kind of rules. In force is the approved version that took effect last.

    The definition is never edited: another number follows. So what was in force at a moment is told by the dates.
    """

    class Status(models.TextChoices):
        PROPOSED = "PROPOSED", _("Waiting for a second person")
        APPROVED = "APPROVED", _("Approved")
        REFUSED = "REFUSED", _("Refused")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    kind = models.CharField(_("kind"), max_length=14, choices=RulesKind.choices)
    number = models.PositiveIntegerField(_("version"))
    definition = models.JSONField(_("rules"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("owner")
    )
    """Whoever keeps these rules true; empty for what was shipped."""
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PROPOSED)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("based on"))
    """The newest approved version when this one was proposed; empty for the one shipped."""
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"), null=True)
    reason = models.TextField(_("why"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_reason = models.TextField(_("reason for the decision"), blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    effective_at = models.DateTimeField(_("in force from"), null=True)
    """While it is proposed: when it is meant to take effect; empty means as soon as it is approved."""

    objects: ClassVar[OrganisationRulesQuerySet] = OrganisationRulesQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("rules of the organisation")
        verbose_name_plural = _("rules of the organisation")
        ordering = ["kind", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="organisation_rules_number_once_per_kind"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(proposed_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="organisation_rules_by_second_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="organisation_rules_decided_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True, proposed_at__isnull=True)
                | (Q(proposed_by__isnull=False, proposed_at__isnull=False, owner__isnull=False) & ~Q(reason="")),
                name="organisation_rules_proposed_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True)
                | Q(status__in=["APPROVED", "REFUSED"], decided_by__isnull=False)
                | Q(status__in=["PROPOSED", "WITHDRAWN"], decided_by__isnull=True),
                name="organisation_rules_decision_names_who",
            ),
            models.CheckConstraint(
                condition=~Q(status="APPROVED") | Q(effective_at__isnull=False),
                name="organisation_rules_approved_from_when",
            ),
            models.CheckConstraint(
                condition=Q(status="WITHDRAWN", withdrawn_at__isnull=False)
                | (~Q(status="WITHDRAWN") & Q(withdrawn_at__isnull=True)),
                name="organisation_rules_withdrawn_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("organisation-rules-version", args=[self.pk])

    @property
    def rules_kind(self) -> RulesKind:
        return RulesKind(self.kind)

    @property
    def is_waiting(self) -> bool:
        return self.standing == self.Status.PROPOSED

    @property
    def standing(self) -> str:
        """The status at the moment that is being read."""
        return self.standing_at(clock())

    @property
    def standing_label(self) -> str:
        return str(self.Status(self.standing).label)

    def standing_at(self, at: datetime) -> str:
        settled_at = self.withdrawn_at or self.decided_at
        return self.Status.PROPOSED if settled_at is not None and settled_at > at else self.status
