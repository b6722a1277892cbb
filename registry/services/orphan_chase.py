"""The chase of what nobody answers for: records and escalation paths that still name somebody who has left, and
running workflows without an owner. Risk staff hear of each once a week until nothing names them any more.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.kernel.notify.tell import tell
from registry.models import Notice, Role, User, Workflow
from registry.organisation_rules import RulesKind
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


def chase(*, at: datetime) -> int:
    """How many notices went out."""
    owed = [*_left(), *_in_paths(), *_ownerless()]
    risk = list(User.objects.with_role(Role.RISK).order_by("pk"))
    if not owed or not risk:
        return 0
    week = _week(timezone.localdate(at))
    keys = {(one, person): f"{one.key}:{week}:{person.pk}" for one in owed for person in risk}
    told = set(Notice.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    return sum(_tell(key, one, person, at=at) for (one, person), key in keys.items() if key not in told)


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


@transaction.atomic
def _tell(key: str, owed: Owed, person: User, *, at: datetime) -> bool:
    _notice, is_new = tell(
        key=key,
        kind="ORPHANS",
        recipient=person,
        subject=owed.subject,
        body="\n".join([*owed.lines, _("Name somebody who is here.")]),
        at=at,
        url=owed.url,
        about=owed.leaver,
    )
    return is_new
