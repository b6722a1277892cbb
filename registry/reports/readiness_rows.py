"""Rows of the register, as JSON gives them, as facts that readiness is judged by."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from registry.gaps import Standing
from registry.models import Workflow
from registry.readiness.facts import (
    AssessmentFact,
    BaselineFact,
    CapabilityFact,
    ConditionFact,
    OptionFact,
    PlaybookFact,
    SignalFact,
)
from registry.reports.days import end_of, moment_of

Row = Mapping[str, Any]


def signal_of(row: Row) -> SignalFact:
    return SignalFact(row["key"], row["kind"], row["name"], moment_of(row["proven_at"]), row["how"])


def option_of(row: Row) -> OptionFact:
    proven_at = moment_of(row["proven_at"])
    return OptionFact(row["key"], row["kind"], row["name"], row["minutes"], bool(row["carrier"]), proven_at, row["how"])


def labels_of(row: Row) -> dict[str, str]:
    return {name: row[name] or "" for name in ("version", "known_good")}


def baseline_of(row: Row, workflow: Workflow) -> BaselineFact:
    return BaselineFact(row["key"], row["number"], datetime.fromisoformat(row["approved_at"]), workflow.drift or 0)


def playbook_of(row: Row) -> PlaybookFact:
    name = str(_("Playbook %(version)d") % {"version": row["version"]})
    return PlaybookFact(row["key"], name, row["is_whole"], moment_of(row["reviewed_at"]))


def assessment_of(row: Row) -> AssessmentFact:
    levels = {area: answer.get("level", "") for area, answer in row["answers"].items()}
    return AssessmentFact(row["key"], datetime.fromisoformat(row["assessed_at"]), levels, row["ai_act_class"])


def capability_of(row: Row, names: Mapping[str, str]) -> CapabilityFact:
    until, shown = _day(row["accepted_until_date"]), _day(row["proof_until_date"])
    return CapabilityFact(
        row["key"],
        names.get(row["key"], row["key"]),
        moment_of(row["met_at"]) if row["is_met"] else None,
        row["evidence"] or row["evidence_url"],
        end_of(until) if until is not None else None,
        end_of(shown) if shown is not None else None,
    )


def condition_of(row: Row) -> ConditionFact:
    due = _day(row["due_date"])
    return ConditionFact(row["key"], row["name"], end_of(due) if due is not None and not row["met_at"] else None)


def standing_of(row: Row) -> Standing:
    days = (_day(row[name]) for name in ("due_date", "accepted_until_date", "proof_until_date"))
    return Standing(row["key"], row["is_met"], *days)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
