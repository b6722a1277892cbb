"""Reminding those who keep a relation of questions that are open and of answers that end or have ended, and risk staff
of answers nobody has judged.

One notice for each vendor and step, whatever number of questions it is about; running it twice tells nobody twice.
Vendors on which no workflow depends are left alone.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import ngettext

from registry.models import Role, Stage, User, Vendor, VendorAnswer, Workflow
from registry.policies.vendors import may_judge_answer
from registry.services.chasing import Call, tell_new
from registry.vendor_proofs import DUE_STEPS, ENDING_STEPS, HOLDS, OWED, ProofState, due_step, ending_step, judging_step
from registry.vendor_questions import QUESTIONS


def chase(*, at: datetime) -> int:
    """How many notices went out."""
    today = timezone.localdate(at)
    return sum(
        tell_new(calls, kind="VENDOR", at=at) for calls in (_of_open(today), _of_ending(today), _of_unjudged(today))
    )


def _used() -> Exists:
    return Exists(Workflow.objects.filter(vendor=OuterRef("pk")).exclude(stage=Stage.RETIRED))


def _of_open(today: date) -> Iterator[Call]:
    """Vendors whose answers are due: which questions have no answer, or none that is sufficient."""
    rows = Vendor.objects.filter(_used(), answers_due_date__lte=today - timedelta(days=DUE_STEPS[0]))
    vendors = list(rows.select_related("owner").order_by("pk"))
    settled: dict[int, set[str]] = defaultdict(set)
    for row in VendorAnswer.objects.filter(vendor__in=vendors):
        if row.said.state(today) not in OWED:
            settled[row.vendor_id].add(row.question)
    for vendor in vendors:
        step = due_step(vendor.answers_due_date, today) if vendor.answers_due_date else None
        left = [question for question in QUESTIONS if question.key not in settled[vendor.pk]]
        if step is None or not left:
            continue
        subject = ngettext("%(vendor)s: %(n)s question is open", "%(vendor)s: %(n)s questions are open", len(left)) % {
            "vendor": vendor.name,
            "n": len(left),
        }
        lines = tuple(f"{question.side.label}: {question.text}" for question in left)
        for person in _who(vendor):
            key = f"vendor:{vendor.pk}:open:{vendor.answers_due_date}:{step:+d}:{person.pk}"
            yield Call(key, person, subject, "\n".join(lines), vendor)


def _of_ending(today: date) -> Iterator[Call]:
    """Answers that end soon or have ended, by vendor and step."""
    rows = VendorAnswer.objects.in_state(*HOLDS, ProofState.EXPIRED, on=today)
    rows = rows.filter(valid_until_date__lte=today + timedelta(days=ENDING_STEPS[0]))
    rows = rows.filter(vendor__in=Vendor.objects.filter(_used())).select_related("vendor__owner")
    steps: dict[tuple[int, int], list[VendorAnswer]] = defaultdict(list)
    for row in rows.order_by("vendor", "valid_until_date", "pk"):
        step = ending_step(row.valid_until_date, today) if row.valid_until_date else None
        if step is not None:
            steps[(row.vendor_id, step)].append(row)
    for (pk, step), answers in steps.items():
        vendor = answers[0].vendor
        words = {"vendor": vendor.name, "n": len(answers)}
        if step < 0:
            subject = ngettext(
                "%(vendor)s: %(n)s answer has ended", "%(vendor)s: %(n)s answers have ended", len(answers)
            )
        else:
            subject = ngettext("%(vendor)s: %(n)s answer ends soon", "%(vendor)s: %(n)s answers end soon", len(answers))
        lines = tuple(f"{row.get_question_display()} ({row.valid_until_date})" for row in answers)
        newest = max(row.valid_until_date for row in answers if row.valid_until_date)
        for person in _who(vendor):
            key = f"vendor:{pk}:ends:{newest}:{step:+d}:{person.pk}"
            yield Call(key, person, subject % words, "\n".join(lines), vendor)


def _of_unjudged(today: date) -> Iterator[Call]:
    """Answers that wait for a judgement, by vendor and step, for those who may give it."""
    rows = VendorAnswer.objects.in_state(ProofState.ANSWERED, on=today).filter(
        vendor__in=Vendor.objects.filter(_used())
    )
    steps: dict[tuple[int, int], list[VendorAnswer]] = defaultdict(list)
    for row in rows.select_related("vendor").order_by("vendor", "answered_at", "pk"):
        answered = timezone.localdate(row.answered_at)
        step = judging_step(answered, today)
        if step is not None:
            steps[(row.vendor_id, step)].append(row)
    judges = list(User.objects.with_role(Role.RISK).order_by("pk")) if steps else []
    for (pk, step), answers in steps.items():
        vendor = answers[0].vendor
        oldest = min(timezone.localdate(row.answered_at) for row in answers)
        for person in judges:
            lines = tuple(str(row.get_question_display()) for row in answers if may_judge_answer(person, row).allowed)
            if not lines:
                continue
            subject = ngettext(
                "%(vendor)s: %(n)s answer waits to be judged", "%(vendor)s: %(n)s answers wait to be judged", len(lines)
            ) % {"vendor": vendor.name, "n": len(lines)}
            key = f"vendor:{pk}:judge:{oldest}:{step:+d}:{person.pk}"
            yield Call(key, person, subject, "\n".join(lines), vendor)


def _who(vendor: Vendor) -> list[User]:
    """Whoever keeps the relation; risk staff where nobody does who is still here."""
    if vendor.owner is not None and vendor.owner.is_active:
        return [vendor.owner]
    return list(User.objects.with_role(Role.RISK).order_by("pk"))
