"""What the incident that is going on did to single claims, and the work it left to people."""

from collections.abc import Callable
from datetime import datetime

from config.demo.material import upload
from incidents.models import AffectedOutput, Incident
from incidents.services import backlog
from incidents.services.outputs import bringing, deciding, dividing, many, righting, sampling
from registry.models import User

CLAIMS = 1284
SEGMENTS = ("Storm, north", "Storm, south", "Storm, coast", "Water")
SAID = {
    "Storm, north": "Roof tiles lifted by the storm of the night; declined, “no comparable losses”.",
    "Storm, south": "Fence and shed damaged by wind; declined, “no comparable losses”.",
    "Storm, coast": "Flooded cellar after the storm surge; declined, “cause not covered”.",
    "Water": "Burst pipe in the bathroom; declined, “maintenance”.",
}
WAITING = ((28, 64, 3), (55, 151, 4), (84, 238, 5), (115, 305, 6), (148, 352, 9), (181, 388, 9), (214, 412, 9))
"""Minutes after the declaration, claims that waited, people at work."""

After = Callable[[int], datetime]


def looked_into(incident: Incident, cast: dict[str, User], *, after: After) -> None:
    """1,284 declines brought in, shared out, most of them decided, some put right; a sample drawn."""
    lead, tech, claims = cast["responder"], cast["t.zielinski"], cast["l.moretti"]
    bringing.bring_file(incident, by=tech, at=after(112), upload=upload("declines-since-1840.csv", _declines()))
    rows = AffectedOutput.objects.filter(incident=incident)
    dividing.divide(incident, rows, among=[lead, tech, claims], by=lead, at=after(118))
    sampling.draw(incident, size=200, by=lead, at=after(121), seed="storm-1840")
    for segment, minutes in (("Storm, north", 150), ("Storm, south", 171)):
        many.decide_many(
            incident, rows.filter(segment=segment), by=claims, at=after(minutes), decision="AFFECTED", moved="YES",
            remedy="RE_REVIEW", reason="Scored between the old and the new limit; the policy covers it.",
        )  # fmt: skip
    water = rows.filter(segment="Water")
    many.decide_many(incident, water, by=claims, at=after(176), decision="UNAFFECTED", reason="Declined before too.")
    for row in rows.filter(segment="Storm, coast").order_by("pk")[:5]:
        deciding.decide(
            row,
            by=tech,
            at=after(185),
            decision="AMBIGUOUS",
            reason="Storm surge or flood? The policy tells them apart.",
        )
    done = rows.filter(segment="Storm, north").starting_with("CL-70")
    righting.put_right(incident, done, by=claims, at=after(206), note="Reviewed again and paid, list 19-11-A.")


def waited(incident: Incident, cast: dict[str, User], *, after: After) -> None:
    """The manual queue that the containment fills, growing slower since more people are at work."""
    for minutes, length, people in WAITING:
        backlog.record(
            incident, by=cast["l.moretti"], at=after(minutes), queue="Manual claims", length=length, people=people
        )


def _declines() -> str:
    lines = ["id,produced_at,segment,preview,link,score"]
    for number in range(CLAIMS):
        segment = SEGMENTS[(0, 0, 1, 2, 2, 1, 3, 0)[number % 8]]
        at = f"2026-11-19T{18 + (40 + number // 8) // 60:02d}:{(40 + number // 8) % 60:02d}:00Z"
        link = f"https://claims.example.test/CL-{7000 + number}"
        lines.append(f'CL-{7000 + number},{at},"{segment}","{SAID[segment]}",{link},0.{86 + number % 6}')
    return "\n".join(lines) + "\n"
