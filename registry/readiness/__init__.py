"""Readiness: seen, stopped, explained, improved. Pure rules: facts in, findings out; no database, no clock.

A module for each part holds its checks; `judging` answers them all, `outcome` says what follows.
"""

from registry.readiness.check import Check
from registry.readiness.facts import Facts
from registry.readiness.judging import CHECKS, Finding, Judgement, judge
from registry.readiness.outcome import Evidence, Outcome, Part, Readiness, Result, readiness
from registry.readiness.references import BUILDERS, FUNDING, Question, Reference

__all__ = [
    "BUILDERS",
    "CHECKS",
    "FUNDING",
    "Check",
    "Evidence",
    "Facts",
    "Finding",
    "Judgement",
    "Outcome",
    "Part",
    "Question",
    "Readiness",
    "Reference",
    "Result",
    "judge",
    "readiness",
]
