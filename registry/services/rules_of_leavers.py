"""The organisation's rules that count, will count or wait for a decision, and people whom their escalation names.

Nobody is put into rules in passing: whom an escalation names changes by a new version that a second person approves.
"""

from collections import Counter

from django.db.models import Q

from registry.escalation import people_in
from registry.kernel.audit.asof import clock
from registry.models import OrganisationRules, User
from registry.organisation_rules import RulesKind

Status = OrganisationRules.Status


def standing() -> Q:
    now = clock()
    in_force = [rules.pk for rules in OrganisationRules.objects.all_in_force(now).values()]
    is_ahead = Q(status=Status.APPROVED, effective_at__gt=now) | Q(status=Status.PROPOSED)
    return Q(pk__in=in_force) | is_ahead


def paths_with(person: User) -> list[OrganisationRules]:
    """Escalation paths that name this person, newest first."""
    return [rules for rules in _paths() if person.pk in people_in(rules.definition)]


def leavers_in_paths() -> Counter[User]:
    """Who has left and is named all the same → in how many versions."""
    named = Counter(pk for rules in _paths() for pk in people_in(rules.definition))
    gone = User.objects.filter(pk__in=named, is_active=False).order_by("pk")
    return Counter({person: named[person.pk] for person in gone})


def _paths() -> list[OrganisationRules]:
    return list(OrganisationRules.objects.of(RulesKind.ESCALATION).filter(standing()).order_by("-number"))
