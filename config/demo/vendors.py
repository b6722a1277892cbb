"""Three vendors of the demonstration: one that answered much, one that has just been asked, one nobody keeps."""

from datetime import datetime, timedelta
from typing import Any

from config.demo.material import upload
from registry.models import User, Vendor
from registry.services import vendor_answers, vendor_judging, vendors

TRUST = "https://trust.meridian.example"
ROSTER = "level,name,reached within\n1,Desk Utrecht,4 min\n2,Duty engineer,11 min\n3,Head of service,26 min\n"
LINKED: tuple[tuple[str, str, str, int], ...] = (
    ("AFFECTED_OUTPUTS", "Every answer carries the number of the release and of the prompt. The console lists all "
     "answers between two moments; in the drill of May it gave 1,204 in nine minutes.", "/incidents/affected", 210),
    ("WIDER_REVIEW", "From severity 2 on their duty lead calls our risk desk within the hour.", "/severity", 300),
    ("GRADED_CONTAINMENT", "Read-only, slower rate, single functions off, one customer off, everything off. "
     "Each is a switch in the console and holds within two minutes.", "/containment", 150),
    ("ROLLBACK", "The last six releases stay callable by name for 180 days.", "/releases", 24),
    ("EVIDENCE_KEPT", "Requests and answers for 30 days, on request 90; configuration for three years. "
     "An export takes up to two working days.", "/evidence", -12),
    ("RECONSTRUCTION", "They told the outage of February from their records, hour by hour.", "/reports/february", 120),
    ("REDESIGN", "Three incidents with one cause within a quarter open a design review.", "/redesign", 260),
)  # fmt: skip
"""Question, answer, page, and days for which it still holds."""
JUDGED = (
    ("AFFECTED_OUTPUTS", "SUFFICIENT", "The list of the drill matches our own log, line by line."),
    ("GRADED_CONTAINMENT", "SUFFICIENT", "Each switch was tried from our own console."),
    ("ROLLBACK", "SUFFICIENT", "We went back to a named release in the drill of May."),
    ("EVIDENCE_KEPT", "SUFFICIENT", "Periods and one export are there."),
    ("RECONSTRUCTION", "SUFFICIENT", "The report says who decided what, and when."),
    ("REDESIGN", "INSUFFICIENT", "It names a number, but no review that it ever led to. Ask for one."),
)
"""Question, judgement, and why. The others wait to be judged."""


def answered(cast: dict[str, User], *, now: datetime) -> None:
    by_name = {vendor.name: vendor for vendor in Vendor.objects.all()}
    risk, keeper = cast["risk"], cast["t.zielinski"]
    meridian = _kept(by_name["Meridian Language Systems"], "Language model and its console, as a service in the EU",
                     keeper, risk, at=now - timedelta(days=190), due=165)  # fmt: skip
    for question, words, page, left in LINKED:
        vendor_answers.answer(
            meridian, question, by=keeper, at=now - timedelta(days=170), answer=words, given_by="Ines Kamara, service lead",
            evidence_url=TRUST + page, valid_until_date=(now + timedelta(days=left)).date(),
        )  # fmt: skip
    vendor_answers.answer(
        meridian, "FIRST_RESPONSE", by=keeper, at=now - timedelta(days=40), upload=upload("roster.csv", ROSTER),
        answer="A desk at all hours, then the duty engineer. In the test call of March a person answered after four "
        "minutes.", given_by="Ines Kamara, service lead", valid_until_date=(now + timedelta(days=140)).date(),
    )  # fmt: skip
    for question, judgement, why in JUDGED:
        vendor_judging.judge(
            meridian, question, by=risk, at=now - timedelta(days=160), judgement=judgement, reason=why
        )  # fmt: skip
    vendor_answers.waive(
        meridian, "COMMUNICATION", by=risk, at=now - timedelta(days=100),
        reason="They tell nobody on our behalf; what our customers are told is written here.",
    )  # fmt: skip
    _kept(by_name["Anselm Voice"], "Recognition and summary of calls", cast["s.lindgren"], risk,
          at=now - timedelta(days=9), due=14)  # fmt: skip


def _kept(vendor: Vendor, supplies: str, keeper: User, by: User, *, at: datetime, due: int) -> Vendor:
    fields: dict[str, Any] = {"supplies": supplies, "owner": keeper}
    fields["answers_due_date"] = (at + timedelta(days=due)).date()
    return vendors.edit(
        vendor, by=by, at=at, reason="The relation has somebody who keeps it", opened_version=vendor.version, **fields
    )
