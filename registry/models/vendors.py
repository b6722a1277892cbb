"""What a vendor answered to the proofs asked of it, and what shows it."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded
from registry.kernel.files import StoredFile
from registry.models.organisation import Vendor
from registry.vendor_proofs import Judgement, ProofState, Said
from registry.vendor_questions import QUESTIONS, Question

KEYS = [(question.key, question.text) for question in QUESTIONS]


def question_choices() -> list[tuple[str, Any]]:
    """Handed to the fields uncalled: the migrations then keep no copy of the words."""
    return KEYS


def in_state(state: str, on: date) -> Q:
    """As `Said.state`, asked of the database; a question without a row is open too."""
    answered = Q(answered_at__isnull=False)
    holds = answered & Q(valid_until_date__gte=on)
    return {
        ProofState.WAIVED: Q(waived_at__isnull=False),
        ProofState.OPEN: Q(answered_at__isnull=True, waived_at__isnull=True),
        ProofState.INSUFFICIENT: answered & Q(judgement=Judgement.INSUFFICIENT),
        ProofState.EXPIRED: answered & Q(valid_until_date__lt=on) & ~Q(judgement=Judgement.INSUFFICIENT),
        ProofState.ANSWERED: holds & Q(judgement=""),
        ProofState.SUFFICIENT: holds & Q(judgement=Judgement.SUFFICIENT),
    }[ProofState(state)]


def in_states(states: Iterable[str], on: date) -> Q:
    """In any of them."""
    found = Q()
    for state in states:
        found |= in_state(state, on)
    return found


class AnswerQuerySet(models.QuerySet["VendorAnswer"]):
    def visible_to(self, user: Any) -> Self:
        return self if user.is_active else self.none()

    def in_state(self, *states: str, on: date) -> Self:
        return self.filter(in_states(states, on))


class VendorAnswer(Recorded):
    """One question to one vendor. A row comes with the first thing said about it and stays, with its history."""

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="answers")
    question = models.CharField(_("question"), max_length=24, choices=question_choices)
    answer = models.TextField(_("answer"), blank=True)
    evidence_url = models.URLField(_("link to the evidence"), max_length=500, blank=True)
    evidence_file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    evidence_filename = models.CharField(_("name of the file"), max_length=250, blank=True)
    given_by = models.CharField(_("said by"), max_length=150, blank=True)
    """Who at the vendor."""
    valid_until_date = models.DateField(_("valid until"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("entered by")
    )
    answered_at = models.DateTimeField(_("entered"), null=True)
    judgement = models.CharField(_("judgement"), max_length=12, choices=Judgement.choices(), blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("judged by")
    )
    judged_at = models.DateTimeField(_("judged"), null=True)
    judged_reason = models.TextField(_("what convinced, or what is missing"), blank=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("found not needed by")
    )
    waived_at = models.DateTimeField(_("found not needed"), null=True)
    waived_reason = models.TextField(_("why it is not needed"), blank=True)
    version = models.PositiveIntegerField(default=0)
    """0 as long as nothing is said, so that of two who answer at once the second meets the first."""

    objects: ClassVar[AnswerQuerySet] = AnswerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("answer of a vendor")
        verbose_name_plural = _("answers of vendors")
        ordering = ["vendor", "id"]
        indexes = [
            models.Index(
                fields=["valid_until_date", "id"],
                condition=Q(valid_until_date__isnull=False),
                name="vendor_answer_ends",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["vendor", "question"], name="vendor_answer_once"),
            models.CheckConstraint(
                condition=Q(
                    answered_by__isnull=True,
                    answered_at__isnull=True,
                    answer="",
                    evidence_url="",
                    evidence_file__isnull=True,
                    valid_until_date__isnull=True,
                )
                | (
                    Q(answered_by__isnull=False, answered_at__isnull=False, valid_until_date__isnull=False)
                    & ~Q(answer="")
                    & (~Q(evidence_url="") | Q(evidence_file__isnull=False))
                ),
                name="vendor_answer_has_evidence",
            ),
            models.CheckConstraint(
                condition=Q(waived_by__isnull=True, waived_at__isnull=True, waived_reason="")
                | (Q(waived_by__isnull=False, waived_at__isnull=False) & ~Q(waived_reason="")),
                name="vendor_answer_waived_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(waived_at__isnull=True), name="vendor_answer_given_or_waived"
            ),
            models.CheckConstraint(
                condition=Q(judgement="", judged_by__isnull=True, judged_at__isnull=True, judged_reason="")
                | (
                    Q(judgement__in=["SUFFICIENT", "INSUFFICIENT"], answered_at__isnull=False)
                    & Q(judged_by__isnull=False, judged_at__isnull=False)
                    & ~Q(judged_reason="")
                ),
                name="vendor_answer_judged_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(judged_by__isnull=True) | ~Q(judged_by=F("answered_by")),
                name="vendor_answer_judged_by_another",
            ),
            models.CheckConstraint(
                condition=Q(evidence_url="") | Q(evidence_url__startswith="https://"), name="vendor_evidence_over_https"
            ),
            models.CheckConstraint(
                condition=Q(evidence_file__isnull=True) | ~Q(evidence_filename=""), name="vendor_file_has_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vendor}: {self.question}"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("vendor-question", args=[self.vendor_id, self.question])

    @property
    def meaning(self) -> Question | None:
        return next((known for known in QUESTIONS if known.key == self.question), None)

    @property
    def said(self) -> Said:
        return Said(
            is_answered=self.answered_at is not None,
            is_waived=self.waived_at is not None,
            valid_until_date=self.valid_until_date,
            judgement=self.judgement,
        )
