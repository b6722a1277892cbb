"""`manage.py draw_states`: write docs/states.md from the transition tables, so that the two cannot disagree."""

from typing import Any

from django.core.management.base import BaseCommand

from config.environment import ROOT
from incidents.gates import GateFacts, gate_unmet
from incidents.lifecycle import TABLE as INCIDENT_TABLE
from incidents.requesting import REQUESTS
from registry.kernel.transitions import Table
from registry.services.attestation_states import TABLE as ATTESTATION_TABLE
from reviews.lifecycle import ACTION_TABLE, REVIEW_TABLE

PAGE = ROOT / "docs" / "states.md"

HEAD = """# States and gates

Made by `manage.py draw_states` from the transition tables; a test keeps the two equal.

The states of an incident say how far the whole has come. The seven phases (detect, classify, contain, preserve,
investigate, remediate, learn) run beside each other and have a status of their own.
"""


def page() -> str:
    parts = [HEAD]
    for title, table in (
        ("Incident", INCIDENT_TABLE),
        ("Request for evidence", REQUESTS),
        ("Review", REVIEW_TABLE),
        ("Action item", ACTION_TABLE),
        ("Attestation", ATTESTATION_TABLE),
    ):
        parts.append(f"## {title}\n\n{_diagram(table)}")
        if table is INCIDENT_TABLE:
            parts.append(_gates())
    return "\n".join(parts)


def _diagram(table: Table) -> str:
    return f"```mermaid\n{table.mermaid().strip()}\n```\n"


def _gates() -> str:
    """What an incident nobody has worked on would be told at each step."""
    nothing_done = GateFacts(open_obligations=1, open_actions=1)
    lines = ["### Gates of an incident\n", "| step | refused while |", "|---|---|"]
    for verb in dict.fromkeys(transition.verb for transition in INCIDENT_TABLE.transitions):
        sentences = [
            unmet.sentence + ("" if unmet.overridable else " (never overridden)")
            for unmet in gate_unmet(verb, nothing_done)
        ]
        if sentences:
            lines.append(f"| {verb} | {' '.join(sentences)} |")
    lines.append("\nA named person (risk or executive) may override the others with a reason, which is recorded.")
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = "Write docs/states.md from the transition tables."

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(page(), encoding="utf-8")
        self.stdout.write(f"{PAGE.name} written.")
