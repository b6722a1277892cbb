"""A rich incident report record: every kind of row, hostile texts, long words, many scripts."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

SCRIPT = "<script>alert('timeline')</script>"
IMAGE = '<img src="https://attacker.invalid/pixel.png" onerror="alert(1)">'
STYLE = "</style><style>@import url(https://attacker.invalid/x.css);</style>"
TEMPLATE = "{{ frame.sha256 }}{% now 'Y' %}"
OVERRIDE = "approved \u202edesoppo\u202c by the bank"
UNBROKEN = "prompt_template_revision_" + "0123456789abcdef" * 14
NAMES = ["Zoë Łukasiewicz-Đorđević", "Ελένη Παπαδοπούλου", "Олександр Шевченко", "محمد العلي", "王小明"]

START = datetime(2026, 3, 14, 6, 41, 12, tzinfo=UTC)


def at(minutes: int, seconds: int = 0) -> datetime:
    """An instant this long after the start of the incident."""
    return START + timedelta(minutes=minutes, seconds=seconds)


def file_hash(name: str) -> str:
    return sha256(name.encode()).hexdigest()


def sev(code: str) -> dict[str, str]:
    return {"code": code, "label": {"SEV1": "SEV-1", "SEV2": "SEV-2", "SEV3": "SEV-3"}[code]}


def tier(code: str) -> dict[str, str]:
    words = {"T1": "T1 Critical", "T2": "T2 High", "T3": "T3 Moderate", "T4": "T4 Low"}
    return {"code": code, "label": words[code]}


def sample_record(**changes: Any) -> dict[str, Any]:
    """The whole record; `changes` replace top-level keys."""
    record: dict[str, Any] = {
        "schema": "holdfast.incident-report/1",
        "language": "en-gb",
        "document": document(),
        "incident": incident(),
        "severity_history": severity_history(),
        "timeline": timeline(),
        "containment": containment(),
        "transitions": transitions(),
        "snapshot": snapshot(),
        "evidence": evidence(),
        "evidence_requests": evidence_requests(),
        "updates": updates(),
        "communications": communications(),
        "owed_messages": owed_messages(),
        "obligations": obligations(),
        "review": review(),
        "actions": actions(),
        "audit": audit(),
    }
    return record | changes


def empty_record() -> dict[str, Any]:
    """An incident declared a minute ago: nothing has happened to it yet."""
    times = [{**time, "at": None, "source": None, "precision": None, "confidence": None} for time in incident_times()]
    fresh = incident() | {
        "summary": "",
        "severity": None,
        "times": [{**time, "entered_at": None, "entered_by": None} for time in times],
        "durations": {"detect_seconds": None, "contain_seconds": None, "recover_seconds": None},
        "roles": [],
        "facts": [],
        "workflows": [],
        "affected": {"summary": "", "counts": [], "rows": [], "rows_left": 0},
        "outcome": None,
    }
    lists = ("severity_history", "timeline", "containment", "transitions", "evidence", "evidence_requests")
    more = ("updates", "communications", "owed_messages", "obligations", "actions", "audit")
    nothing: dict[str, Any] = {name: [] for name in lists + more}
    return sample_record(incident=fresh, snapshot=None, review=None, **nothing)


def document() -> dict[str, Any]:
    return {
        "number": "IR-2026-0007",
        "version": 2,
        "made_at": datetime(2026, 4, 2, 14, 30, 0, tzinfo=UTC),
        "made_by": "Hannah Osei",
        "organisation": "Northgate Mutual Insurance",
        "product": "Holdfast",
        "is_demo": True,
        "as_of": datetime(2026, 4, 2, 14, 29, 58, tzinfo=UTC),
        "visibility": {"code": "RESTRICTED", "label": "Restricted"},
        "verify_url": "https://holdfast.northgate.example/verify/",
    }


def incident() -> dict[str, Any]:
    return {
        "reference": "INC-2026-0042",
        "title": "Claims triage declined valid storm claims after a threshold change",
        "kind": "Incident",
        "class": "Wrong decision at scale",
        "state": "Resolved",
        "outcome": "Customers corrected and compensated",
        "severity": sev("SEV1"),
        "is_exercise": False,
        "summary": (
            "On 14 March 2026 the claims triage assistant began to decline storm damage claims that should have "
            "been paid or referred. Release 1.8.1 had lowered the automatic decline limit from 0.92 to 0.85, and "
            "storm peril codes, which score low for lack of history, fell under it.\n\n"
            "1,284 claims were decided wrongly before the fallback to the manual queue was switched on, 312 "
            "policyholders had already been told, 19 of them flagged as vulnerable. Every decision has been taken "
            "again by a person, every policyholder has had a corrected letter, and the release gate that let the "
            "limit pass unreviewed has been closed."
        ),
        "workflows": [
            {
                "reference": "WF-0031",
                "name": "Claims triage assistant",
                "tier": tier("T1"),
                "owners": ["Ines Duarte", NAMES[0]],
                "unit": "Property claims",
                "vendor": "Meridian Language Systems",
            },
            {
                "reference": "WF-0057",
                "name": "Catastrophe exposure narrative",
                "tier": tier("T3"),
                "owners": [NAMES[1]],
                "unit": "Underwriting " + IMAGE,
                "vendor": None,
            },
        ],
        "times": incident_times(),
        "durations": {"detect_seconds": 39853, "contain_seconds": 4560, "recover_seconds": 221400},
        "roles": [
            {"role": "Incident lead", "name": "Luca Moretti", "from_at": at(664), "to_at": at(840)},
            {"role": "Incident lead", "name": "Priya Natarajan", "from_at": at(840), "to_at": None},
            {"role": "Risk and legal", "name": "Hannah Osei", "from_at": at(690), "to_at": None},
            {"role": "Technical responder", "name": NAMES[2], "from_at": at(671), "to_at": None},
            {"role": "Communications", "name": NAMES[3], "from_at": at(900), "to_at": at(4400)},
            {"role": "Scribe", "name": NAMES[4], "from_at": at(664), "to_at": at(2000)},
        ],
        "facts": [
            {
                "label": "Cause",
                "text": "Decline limit lowered to 0.85 in release 1.8.1",
                "at": at(760),
                "by": "Luca Moretti",
            },
            {
                "label": "Not the cause",
                "text": "The model itself; its weights had not changed",
                "at": at(910),
                "by": NAMES[2],
            },
            {"label": "Data", "text": "No personal data left the organisation", "at": at(1100), "by": "Hannah Osei"},
            {"label": "Text received", "text": SCRIPT + " " + TEMPLATE, "at": at(1100), "by": OVERRIDE},
        ],
        "affected": {
            "summary": "Holders of home and contents policies who claimed for storm damage on 14 March.",
            "counts": [
                {"label": "Decisions wrongly taken", "value": "1,284"},
                {"label": "Policyholders told", "value": "312"},
                {"label": "Flagged vulnerable", "value": "19"},
                {"label": "Payments delayed", "value": "£ 2.1 million"},
            ],
            "rows": [
                {
                    "id": f"CL-{7000 + number}",
                    "segment": "Storm, north" if number % 2 else None,
                    "moved": "Moved downstream",
                    "remedy": "Review it again",
                    "put_right_at": at(1500) if number % 2 else None,
                    "what_was_done": "Letter sent, batch 7" if number % 2 else None,
                }
                for number in range(6)
            ],
            "rows_left": 1278,
        },
    }


def incident_times() -> list[dict[str, Any]]:
    rows = [
        ("STARTED", "Started", at(0), "Deployment log", "To the second", "High"),
        ("DETECTED", "Detected", at(664, 13), "Monitor: override rate", "To the second", "High"),
        ("AWARE", "Aware", at(671), "Duty responder", "To the minute", "Medium"),
        ("DECLARED", "Declared", at(673, 40), "Holdfast", "To the second", "High"),
        ("CLASSIFIED", "Classified", at(700), "Holdfast", "To the second", "High"),
        ("CONTAINED", "Contained", at(740, 13), "Containment action 1", "To the second", "High"),
        ("RECOVERED", "Recovered", at(4354, 13), "Validation run 88", "To the minute", "High"),
        ("RESOLVED", "Resolved", at(11000), "Incident lead", "To the minute", "High"),
        ("CLOSED", "Closed", None, None, None, None),
    ]
    names = ("code", "label", "at", "source", "precision", "confidence")
    entered = [at(720), at(664, 14), at(720), at(673, 40), at(700, 2), at(741), at(4400), at(11004), None]
    return [
        {**dict(zip(names, row, strict=True)), "entered_at": when, "entered_by": "Luca Moretti" if when else None}
        for row, when in zip(rows, entered, strict=True)
    ]


def severity_history() -> list[dict[str, Any]]:
    def inputs(harm: str, radius: str, exposure: str) -> list[dict[str, str]]:
        return [
            {"label": "Harm", "value": harm},
            {"label": "Reversibility", "value": "At a cost"},
            {"label": "Blast radius", "value": radius},
            {"label": "Exposure", "value": exposure},
            {"label": "Data", "value": "Personal"},
            {"label": "Recurrence", "value": "First"},
            {"label": "Autonomy", "value": "Acts alone"},
            {"label": "Unsure", "value": "No"},
        ]

    return [
        {
            "number": 1,
            "inputs": inputs("None confirmed", "A segment", "Internal"),
            "proposed": sev("SEV3"),
            "proposed_reasons": ["No harm is confirmed and the output stayed inside the organisation."],
            "confirmed": sev("SEV2"),
            "reason": "The override rate is four times its limit and nobody knows why yet.",
            "difference_reason": "Raised above the proposal: the workflow acts alone and the queue is public-facing.",
            "rule_set": "Severity rules 3",
            "by": "Luca Moretti",
            "at": at(674),
        },
        {
            "number": 2,
            "inputs": inputs("Degraded", "The workflow", "Some customers"),
            "proposed": sev("SEV2"),
            "proposed_reasons": ["Limited customers are exposed.", "The harm can be undone at a cost."],
            "confirmed": sev("SEV2"),
            "reason": "Confirmed after a sample of 40 decisions.",
            "difference_reason": None,
            "rule_set": "Severity rules 3",
            "by": "Luca Moretti",
            "at": at(700),
        },
        {
            "number": 3,
            "inputs": inputs("Material", "The workflow", "Many customers"),
            "proposed": sev("SEV1"),
            "proposed_reasons": ["A wrong output reached many people.", "Some had already been told the result."],
            "confirmed": sev("SEV1"),
            "reason": "More than 1,000 decisions affected and customers already told.",
            "difference_reason": None,
            "rule_set": "Severity rules 3",
            "by": "Priya Natarajan",
            "at": at(858),
        },
    ]


def timeline() -> list[dict[str, Any]]:
    story = [
        (664, "Signal", "Monitoring", "Override rate 31.2% against a limit of 8%."),
        (671, "Update", NAMES[2], "Picked up by the duty responder; reproducing on ten claims."),
        (673, "Declared", "Luca Moretti", "Incident declared against WF-0031."),
        (674, "Severity", "Luca Moretti", "SEV-2 confirmed; SEV-3 had been proposed."),
        (690, "Role", "Luca Moretti", "Hannah Osei takes risk and legal."),
        (700, "Severity", "Luca Moretti", "SEV-2 confirmed again after sampling."),
        (722, "Decision", "Luca Moretti", "Automatic declines are switched off at once, diagnosis continues."),
        (738, "Containment", NAMES[2], "Fallback to the manual queue executed."),
        (740, "Containment", "Luca Moretti", "Contained: two test claims went to a person."),
        (760, "Fact", "Luca Moretti", "Cause found: decline limit lowered from 0.92 to 0.85."),
        (775, "Update", NAMES[3], "Contact centre briefed; script sent to 40 handlers."),
        (790, "Evidence", NAMES[2], "Decision log 06:41 to 19:01 sealed, EV-0001."),
        (802, "Update", NAMES[4], "Message as received: " + SCRIPT),
        (815, "Update", "Ines Duarte", IMAGE + " " + STYLE),
        (830, "Update", NAMES[2], "Identifier of the prompt: " + UNBROKEN),
        (840, "Role", "Priya Natarajan", "Priya Natarajan takes the lead from Luca Moretti."),
        (858, "Severity", "Priya Natarajan", "Raised to SEV-1: customers had already been told."),
        (900, "Communication", NAMES[3], "Executive note sent, next one in two hours."),
        (
            918,
            "Decision",
            "Priya Natarajan",
            "Automatic declines stay off until a two-person check of 200 claims passes.",
        ),
        (941, "Obligation", "Hannah Osei", "Initial notice to the financial authority drafted."),
        (960, "Evidence", NAMES[2], "Configuration of 1.8.0 and 1.8.1 sealed, EV-0002 and EV-0003."),
        (985, "Obligation", "Hannah Osei", "Initial notice sent, receipt kept."),
        (1010, "Update", NAMES[0], "Re-run of declined claims begins; nine handlers on shift."),
        (1100, "Fact", "Hannah Osei", "No personal data left the organisation."),
    ]
    for step in range(16):
        minutes = 1500 + step * 610
        story.append(
            (minutes, "Update", NAMES[step % 5], f"Re-run progress: {(step + 1) * 80} of 1,284 claims decided again.")
        )
    entries: list[dict[str, Any]] = [
        {
            "reference": f"TL-{index:04d}",
            "event_at": at(minutes),
            "entered_at": at(minutes + (0 if index % 3 else 7), 21),
            "kind": kind,
            "author": author,
            "text": text,
            "is_automatic": kind in ("Signal", "Severity", "Declared", "Role"),
            "is_pinned": kind == "Decision",
            "supersedes": None,
            "superseded_by": None,
            "decision": None,
        }
        for index, (minutes, kind, author, text) in enumerate(story, start=1)
    ]
    entries[6]["decision"] = {
        "consulted": ["Ines Duarte", NAMES[2]],
        "rejected": "Raise the limit to 0.95 and keep deciding",
        "revisit_at": at(918),
    }
    entries[18]["decision"] = {
        "consulted": ["Hannah Osei"],
        "rejected": "Resume at half volume",
        "revisit_at": at(1380),
    }
    entries[9]["superseded_by"] = "TL-0025"
    entries[24]["supersedes"] = "TL-0010"
    entries[24]["text"] = "Correction of TL-0010: the limit was lowered in 1.8.1-rc2 and shipped unchanged in 1.8.1."
    return entries


def containment() -> list[dict[str, Any]]:
    return [
        {
            "option": "Send every claim to the manual queue",
            "kind": "Fallback",
            "workflow": "WF-0031 Claims triage assistant",
            "status": "Reverted",
            "executed_at": at(738),
            "executed_by": NAMES[2],
            "confirmed_at": at(740, 13),
            "confirmed_by": "Luca Moretti",
            "sets": ["Mode: Stopped"],
            "revision": 941,
            "received_at": at(900),
            "received_by": 15,
            "release_asked_by": "Tom Bright",
            "reverted_at": at(10800),
            "reverted_by": "Priya Natarajan",
            "proof": "Two test claims, 88-1 and 88-2, arrived in the manual queue within 40 seconds.",
            "reason": "Stop wrong declines before the cause is understood.",
        },
        {
            "option": "Roll back to release 1.8.0",
            "kind": "Rollback",
            "workflow": "WF-0031 Claims triage assistant",
            "status": "Executed, confirmed",
            "executed_at": at(1020),
            "executed_by": NAMES[2],
            "confirmed_at": at(1042),
            "confirmed_by": NAMES[0],
            "sets": [],
            "revision": None,
            "received_at": None,
            "received_by": None,
            "release_asked_by": None,
            "reverted_at": None,
            "reverted_by": None,
            "proof": "Limit read back as 0.92 from the running service.",
            "reason": "Return to the last release known to be good.",
        },
    ]


def transitions() -> list[dict[str, Any]]:
    override = {
        "gate": "An evidence snapshot is taken before a rollback",
        "by": "Hannah Osei",
        "reason": "Log export was running; state was already kept in EV-0002.",
    }
    rows = [
        ("Triage", "Open", 673, "Luca Moretti", "Declared", []),
        ("Open", "Contained", 741, "Luca Moretti", "Fallback confirmed by two test claims", []),
        ("Contained", "Recovering", 1043, "Priya Natarajan", "Rolled back to 1.8.0", [override]),
        ("Recovering", "Resolved", 11000, "Priya Natarajan", "Override rate at baseline for five days", []),
    ]
    names = ("from_state", "to_state", "at", "by", "reason", "overrides")
    return [dict(zip(names, (a, b, at(minutes), *rest), strict=True)) for a, b, minutes, *rest in rows]


def snapshot() -> dict[str, Any]:
    surfaces = [
        ("Model", "claims-triage", "2026-01-12", True),
        ("System prompt", "triage-system", "41", True),
        ("Parameter set", "decline-limit", "1.8.1", False),
        ("Retrieval index", "policy-wordings", "2026-03-01", True),
        ("Tool", "claims-core write access", "7.2", True),
        ("Prompt template", UNBROKEN, "3", True),
    ]
    return {
        "taken_at": at(674, 30),
        "taken_by": "Holdfast",
        "surfaces": [
            {
                "workflow": "WF-0031",
                "kind": kind,
                "name": name,
                "version": version,
                "is_known_good": good,
                "changed_at": at(-index * 4000),
                "sha256": file_hash(name) if index % 2 else None,
            }
            for index, (kind, name, version, good) in enumerate(surfaces)
        ],
    }


def evidence() -> list[dict[str, Any]]:
    items = [
        ("Decision log 06:41 to 19:01", "Raw output", "decision-log-0641-1901.parquet", 4_404_019),
        ("Configuration of release 1.8.1", "Configuration", "config-1.8.1.yaml", 8_112),
        ("Configuration of release 1.8.0", "Configuration", "config-1.8.0.yaml", 8_109),
        ("System prompt in force", "System prompt", "system-prompt-41.txt", 6_640),
        ("Override monitor, 30 days", "Trace", "override-rate.csv", 91_204),
        ("Letters sent", "Downstream action", "letters-" + "x" * 90 + ".zip", 1_204_881_223),
        ("Call recordings index " + SCRIPT, "Communication", "calls.json", 71_002),
        ("نسخة من المراسلات", "Communication", "correspondence.eml", 991),
    ]
    rows = []
    for index, (title, kind, filename, size) in enumerate(items, start=1):
        custody = [
            {"at": at(780 + index * 9), "action": "Received", "by": NAMES[2], "reason": "Preserved on declaration"},
            {"at": at(900 + index * 11), "action": "Read", "by": "Hannah Osei", "reason": "Assessment of the notice"},
        ]
        if index % 3 == 1:
            custody.append(
                {
                    "at": at(5000 + index),
                    "action": "Exported",
                    "by": "Priya Natarajan",
                    "reason": "Copy to the authority, receipt 2026/118",
                }
            )
        rows.append(
            {
                "reference": f"EV-{index:04d}",
                "title": title,
                "kind": kind,
                "filename": filename,
                "size": size,
                "sha256": file_hash(filename),
                "collected_by": NAMES[2],
                "collected_at": at(780 + index * 9),
                "method": "Export by read-only account",
                "source": "claims-core production",
                "retention_class": "Regulatory, 10 years",
                "is_on_hold": index in (1, 6),
                "hold_reason": "Litigation hold 2026-03" if index in (1, 6) else None,
                "custody": custody,
            }
        )
    return rows


def updates() -> list[dict[str, Any]]:
    return [
        {
            "at": at(900),
            "by": NAMES[3],
            "audience": "Executive committee",
            "text": "Contained since 19:01 UTC. Cause known. 1,284 decisions in question.",
        },
        {
            "at": at(1020),
            "by": NAMES[3],
            "audience": "Property claims",
            "text": "All storm claims stay in the manual queue. Backlog 412, nine handlers on shift.",
        },
    ]


def approval(by: str, role: str, when: datetime) -> dict[str, Any]:
    return {
        "by": by, "role": role, "outcome": "Approved", "at": when, "sha256": "5f" * 32, "note": None,
        "voided_at": None, "void_reason": None,
    }  # fmt: skip


def evidence_requests() -> list[dict[str, Any]]:
    """One that was answered with a piece, and one that is late."""
    asked = {"reason": "It decides what customers are told.", "asked_at": at(700), "due_at": at(760)}
    answered = {"status": "Accepted", "answer": "Handed in", "note": "The whole log.", "pieces": ["EV-00001"]}
    late: dict[str, Any] = {"status": "Asked", "answer": None, "note": None, "pieces": []}
    return [
        {"wanted": "The log of the queue", "person": NAMES[2], **asked, **answered},
        {"wanted": "What the vendor changed", "person": NAMES[3], **asked, **late},
    ]


def owed_messages() -> list[dict[str, Any]]:
    return [
        {
            "audience": "Customers", "duty": "Owed", "standing": "Sent", "due_at": at(1680), "is_overdue": False,
            "waits_for": [],
        },
        {
            "audience": "Staff", "duty": "Owed", "standing": "Nothing yet", "due_at": at(1500), "is_overdue": True,
            "waits_for": [],
        },
    ]  # fmt: skip


def communications() -> list[dict[str, Any]]:
    sent = {
        "approvals": [
            approval("Hannah Osei", "Legal and compliance", at(1400)),
            approval("Marc Lindqvist", "Communications", at(1420)),
        ],
        "drafted_by": NAMES[3],
        "drafted_at": at(1380),
        "sentences": [
            {
                "text": "We wrote to you on 14 March to decline your claim.",
                "is_open": False,
                "rests_on": [{"kind": "Evidence", "what": "EV-00002 Letters sent", "by": NAMES[3], "at": at(1390)}],
            },
            {"text": "A person has looked again.", "is_open": True, "rests_on": []},
        ],
        "sent_at": at(1440),
        "sent_by": NAMES[3],
    }
    nothing = {"not_sent_reason": None, "decided_by": None, "decided_at": None}
    return [
        {
            "audience": "312 policyholders who had been told",
            "subject": "We decided your claim wrongly",
            "text": "We wrote to you on 14 March to decline your claim. That was wrong. A person has looked again.",
            "status": "Sent",
            **sent,
            **nothing,
        },
        {
            "audience": "Press",
            "subject": "Storm claims",
            "text": "",
            "status": "Decided not to communicate",
            "approvals": [],
            "drafted_by": "Marc Lindqvist",
            "drafted_at": at(1500),
            "sentences": [],
            "sent_at": None,
            "sent_by": None,
            "not_sent_reason": "Everyone affected was reached by letter or telephone within two days.",
            "decided_by": "Marc Lindqvist",
            "decided_at": at(1500),
        },
    ]


def obligations() -> list[dict[str, Any]]:
    rows = [
        (
            "Initial notice",
            "Financial authority",
            "DORA Article 19",
            913,
            "Submitted",
            985,
            "Sent 72 minutes late: the owner of the form was unreachable.",
        ),
        (
            "Notification of a personal data breach",
            "Data protection authority",
            "GDPR Article 33",
            4984,
            "Not owed",
            None,
            "No breach of confidentiality, integrity or availability of personal data.",
        ),
        (
            "Serious incident report",
            "Market surveillance authority",
            "EU AI Act Article 73",
            20000,
            "Under assessment",
            None,
            None,
        ),
    ]
    return [
        {
            "name": name,
            "authority": authority,
            "basis": basis,
            "due_at": at(due),
            "status": status,
            "submitted_at": at(sent) if sent else None,
            "submitted_by": "Hannah Osei" if sent else None,
            "explanation": why,
        }
        for name, authority, basis, due, status, sent, why in rows
    ]


def review() -> dict[str, Any]:
    return {
        "state": "Approved",
        "held_at": at(14400),
        "facilitator": "Amara Nwosu",
        "participants": ["Priya Natarajan", "Luca Moretti", *NAMES],
        "answers": [
            {
                "question": "What happened?",
                "answer": "A limit that decides about people was changed as if it were a detail of the release.",
            },
            {
                "question": "Why did it make sense at the time?",
                "answer": "The release note called it a tuning of recall. The reviewer saw only the model card.",
            },
            {
                "question": "What went well?",
                "answer": "The fallback had been rehearsed in February and worked.\nThe two test claims came from it.",
            },
            {
                "question": "What will be different?",
                "answer": "Limits are surfaces of their own, with an owner and an approval.",
            },
            {"question": "Where were we lucky?", "answer": ""},
        ],
        "written_by": "Amara Nwosu",
        "approved_by": "Marc Lindqvist",
        "approved_at": at(17000),
        "approval_note": "Approved. I asked for the third action to carry a date.",
    }


def actions() -> list[dict[str, Any]]:
    rows = [
        (
            "Register every decision limit as a surface with an owner",
            "Prevent",
            "Ines Duarte",
            date(2026, 4, 15),
            "In progress",
        ),
        ("Alarm on override rate within 15 minutes", "Detect", NAMES[2], date(2026, 3, 30), "Verified"),
        ("Name a deputy for every regulatory form", "Respond", "Hannah Osei", date(2026, 3, 27), "Overdue"),
        ("Repeat the fallback drill each quarter", "Respond", NAMES[0], date(2026, 6, 30), "Open"),
    ]
    result = []
    for index, (title, category, owner, due, state) in enumerate(rows, start=1):
        late = state == "Overdue"
        done = state == "Verified"
        result.append(
            {
                "reference": f"ACT-{index:04d}",
                "title": title,
                "category": category,
                "owner": owner,
                "due_date": due,
                "state": state,
                "proof": "Alarm fired 6 minutes after an injected fault, run 91." if done else None,
                "verified_by": "Tomasz Zielinski" if done else None,
                "verified_at": at(20000) if done else None,
                "extensions": [
                    {
                        "asked_by": owner,
                        "asked_at": at(15000),
                        "due_date": due,
                        "reason": "The form is being replaced.",
                        "approved_by": "Marc Lindqvist",
                    }
                ]
                if late
                else [],
                "notices": [
                    {"step": step, "to": to, "sent_at": at(16000 + number * 1440)}
                    for number, (step, to) in enumerate(
                        (
                            ("7 days before", owner),
                            ("Due today", owner),
                            ("1 day late", "Ines Duarte"),
                            ("3 days late", "Risk"),
                        )
                    )
                ]
                if late
                else [],
            }
        )
    return result


def audit() -> list[dict[str, Any]]:
    rows = []
    for index in range(30):
        changes: list[dict[str, Any]] = (
            [{"field": "severity", "before": "SEV-2", "after": "SEV-1"}]
            if index % 7 == 3
            else [{"field": "state", "before": "", "after": "Open"}]
        )
        if index % 5 == 4:
            changes = [
                {"field": "description", "before": UNBROKEN[:60], "after": SCRIPT},
                {"field": "owner", "before": None, "after": NAMES[index % 5]},
            ]
        rows.append(
            {
                "at": at(673 + index * 31, index),
                "by": NAMES[index % 5] if index % 4 else "Luca Moretti",
                "role": "Responder" if index % 3 else "Risk",
                "object": f"Incident INC-2026-0042{'' if index % 2 else ' / timeline entry ' + str(index)}",
                "kind": "~" if index % 2 else "+",
                "action": "Changed" if index % 2 else "Created",
                "changes": changes,
                "reason": "Cause found" if index % 3 == 0 else None,
                "origin": f"request {file_hash(str(index))[:12]}",
            }
        )
    return rows
