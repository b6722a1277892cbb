"""Which audiences of one incident are owed a message, read from the rules in force and from the record."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject

from incidents.models import Communication, Incident, MessageApproval, Moment, Reach, SeverityAssessment
from incidents.owed_messages import Judged, Line, Said, Word, approvers, owed_list
from incidents.severity_inputs import Exposure
from registry.communicating import Audience, Rule, rules_of
from registry.kernel.audit.asof import clock
from registry.models import OrganisationRules
from registry.organisation_rules import RulesKind
from registry.responsible import Responsible
from registry.severities import Severity

REACHED = {Exposure.SOME_CUSTOMERS, Exposure.MANY_OR_PUBLIC}


def rules_at(at: datetime) -> OrganisationRules:
    """The version of the communication rules that counts at `at`."""
    return OrganisationRules.objects.in_force(RulesKind.COMMUNICATION, at)


def severity_of(incident: Incident) -> Severity | None:
    return Severity(incident.severity) if incident.severity else None


def needed(incident: Incident, audience: str, rules: OrganisationRules) -> tuple[Responsible, ...]:
    """Whose approval words to `audience` need, by the severity that counts now."""
    return approvers(rules_of(rules.definition), Audience(audience), severity_of(incident))


def owed_of(incident: Incident, at: datetime) -> tuple[Line, ...]:
    """A line for each audience. Nothing for a near miss or a quality issue that nobody wrote about.

    A page asks several times about one moment, and is answered from memory.
    """
    kept: tuple[datetime, tuple[Line, ...]] | None = getattr(incident, "_owed", None)
    if kept is None or kept[0] != at:
        kept = (at, _read(incident, at))
        incident._owed = kept  # type: ignore[attr-defined]
    return kept[1]


def line_for(incident: Incident, audience: str, at: datetime) -> Line | None:
    return next((line for line in owed_of(incident, at) if line.audience == audience), None)


def count_missing(incident: Incident, at: datetime) -> int:
    return sum(line.is_missing for line in owed_of(incident, at))


def figures(at: datetime | None = None) -> dict[str, Any]:
    """What only other tables know, as parts of one query; a page has them loaded with the incident. The rules are those
    in force at `at`, or at the moment that is being read.
    """
    mine = {"incident": OuterRef("pk")}
    approvals = MessageApproval.objects.filter(
        communication=OuterRef("pk"), outcome=MessageApproval.Outcome.APPROVED, voided_at__isnull=True
    )
    message = JSONObject(
        pk="pk", audience="audience", status="status", drafted_at="drafted_at", sent_at="sent_at",
        given=ArraySubquery(approvals.order_by("pk").values("role")),
    )  # fmt: skip
    judgement = JSONObject(at="at", severity="confirmed", exposure=F("inputs__exposure"), is_unsure=F("inputs__unsure"))
    reach = JSONObject(at="at", audience="audience", is_reached="is_reached")
    rules = OrganisationRules.objects.of(RulesKind.COMMUNICATION).approved().filter(effective_at__lte=at or clock())
    confirmed = Moment.objects.filter(kind=Moment.Kind.CLASSIFIED, **mine)
    return {
        "say_messages": ArraySubquery(Communication.objects.filter(**mine).order_by("pk").values(row=message)),
        "say_judged": ArraySubquery(SeverityAssessment.objects.filter(**mine).order_by("pk").values(row=judgement)),
        "say_reached": ArraySubquery(Reach.objects.filter(**mine).order_by("pk").values(row=reach)),
        "say_confirmed": Subquery(confirmed.order_by("entered_at").values("entered_at")[:1]),
        "say_rules": Subquery(rules.order_by("-effective_at", "-number").values("definition")[:1]),
    }


def _read(incident: Incident, at: datetime) -> tuple[Line, ...]:
    found = _found(incident, at)
    judged = _judged(found)
    words = [*_words_of_judgements(found), *_words(found["say_reached"])]
    return owed_list(
        _rules(found, at),
        severity=severity_of(incident),
        judged=judged,
        words=sorted(words, key=lambda word: word.at),
        said=[_said(row) for row in found["say_messages"]],
        now=at,
    )


def _found(incident: Incident, at: datetime) -> Mapping[str, Any]:
    """What `figures` found with the incident, or finds now."""
    if "say_messages" in incident.__dict__:
        return incident.__dict__
    return Incident.objects.filter(pk=incident.pk).values(**figures(at))[0]


def _rules(found: Mapping[str, Any], at: datetime) -> Sequence[Rule]:
    return rules_of(found["say_rules"] or rules_at(at).definition)


def _judged(found: Mapping[str, Any]) -> list[Judged]:
    """Nothing until a person confirmed a severity; what was only proposed before counts from then."""
    confirmed: datetime | None = found["say_confirmed"]
    if confirmed is None:
        return []
    return [Judged(max(_at(row["at"]), confirmed), Severity(row["severity"])) for row in found["say_judged"]]


def _words_of_judgements(found: Mapping[str, Any]) -> list[Word]:
    """What an assessment of severity says about customers. Whoever is unsure has not said that it stayed inside."""
    return [
        Word(_at(row["at"]), Audience.CUSTOMERS, row["exposure"] in REACHED)
        for row in found["say_judged"]
        if row["exposure"] in REACHED or not row["is_unsure"]
    ]


def _words(rows: Sequence[Mapping[str, Any]]) -> list[Word]:
    return [Word(_at(row["at"]), Audience(row["audience"]), row["is_reached"]) for row in rows]


def _said(row: Mapping[str, Any]) -> Said:
    status = Communication.Status
    return Said(
        pk=row["pk"],
        audience=Audience(row["audience"]),
        drafted_at=_at(row["drafted_at"]),
        sent_at=_at(row["sent_at"]) if row["sent_at"] else None,
        is_decision=row["status"] == status.NOT_NEEDED,
        given=frozenset(Responsible(role) for role in row["given"]),
    )


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
