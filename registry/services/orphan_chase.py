"""The chase of what nobody answers for: records and escalation paths that still name somebody who has left, and
running workflows without an owner. Risk staff hear of each once a week until nothing names them any more.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.models import Role, User, Workflow
from registry.organisation_rules import RulesKind
from registry.services.chasing import Call, tell_new
from registry.services.holdings import known
from registry.services.rules_of_leavers import leavers_in_paths


@dataclass(frozen=True)
class Owed:
    """What risk staff are told, the same to each of them."""

    key: str
    subject: str
    lines: tuple[str, ...]
    url: str
    leaver: User | None = None

    def to(self, person: User, week: str) -> Call:
        body = "\n".join([*self.lines, _("Name somebody who is here.")])
        return Call(f"{self.key}:{week}:{person.pk}", person, self.subject, body, self.leaver, self.url)


def chase(*, at: datetime) -> int:
    """How many notices went out."""
    risk, week = list(User.objects.with_role(Role.RISK).order_by("pk")), _week(timezone.localdate(at))
    owed = [*_left(), *_in_paths(), *_ownerless()] if risk else []
    return tell_new((one.to(person, week) for one in owed for person in risk), kind="ORPHANS", at=at)


def _week(day: date) -> str:
    year, week, _day = day.isocalendar()
    return f"{year}-{week:02d}"


def _left() -> Iterator[Owed]:
    """Each leaver with what they are still named as, and how often."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for kind in known():
        for pk, number in kind.of_leavers().items():
            found[pk][str(kind.label)] += number
    leavers = User.objects.in_bulk(found)
    for pk, named in sorted(found.items()):
        number, leaver = sum(named.values()), leavers[pk]
        words = ngettext(
            "%(name)s has left, and %(n)s thing still names them",
            "%(name)s has left, and %(n)s things still name them",
            number,
        )
        subject = words % {"name": leaver.name, "n": number}
        lines = tuple(f"{label}: {n}" for label, n in named.most_common())
        yield Owed(f"orphans:{pk}", subject, lines, reverse("person-hand-over", args=[pk]), leaver)


def _in_paths() -> Iterator[Owed]:
    for leaver in leavers_in_paths():
        subject = _("%(name)s has left, and the escalation paths name them") % {"name": leaver.name}
        url = reverse("organisation-rules-kind", args=[RulesKind.ESCALATION.slug])
        yield Owed(f"orphans:paths:{leaver.pk}", subject, (_("Propose a version without them."),), url, leaver)


def _ownerless() -> Iterator[Owed]:
    """Where a leaver is named as the owner, the leaver is what is told."""
    number = Workflow.objects.running().filter(business_owner__isnull=True).count()
    if number:
        words = ngettext("%(n)s running workflow has no owner", "%(n)s running workflows have no owner", number)
        url = f"{reverse('register')}?owner=none&stage=PILOT&stage=PRODUCTION"
        yield Owed("orphans:none", words % {"n": number}, (), url)
