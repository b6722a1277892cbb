"""The main job from one end to the other: a spreadsheet comes in, an auditor takes the report of an incident away."""

import hashlib
from typing import Any

import pytest

from tests import people
from tests.journey import handling, preparing, settling, story
from tests.journey.pdf import is_in, words_of
from tests.processes.conftest import Worker

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]


def test_from_a_spreadsheet_to_the_report_of_an_incident(worker: Worker, enter: Any) -> None:
    owner = people.owner()
    risk, responder = enter(people.risk()), enter(people.responder())
    preparing.bring_in_the_inventory(risk)
    preparing.give_an_owner(risk, owner.name)
    preparing.assess(risk)
    preparing.prepare_containment(risk)

    handling.declare(responder)
    handling.contain(responder)
    handling.collect(responder, "Log of the queue", "Interaction log", "queue.csv", story.LOG)
    handling.collect(responder, "Replay of the cases", "Validation result", "replay.txt", b"200 of 200 complete\n")
    handling.write_down(responder)
    handling.recover(responder, risk)

    settling.review(responder, owner.name)
    second = enter(people.risk("Rolf Second"))
    settling.approve(second)
    settling.close(risk)

    chased = enter(owner)
    settling.is_chased_once(worker, chased)

    auditor = enter(people.auditor())
    pdf = words_of(settling.take_the_report(worker, auditor))
    for wanted in (story.TITLE, story.DECISION, story.OPTION, story.ACTION, hashlib.sha256(story.LOG).hexdigest()):
        assert is_in(wanted, pdf), wanted
    settling.finds_every_step(auditor)
    assert [person.complaints for person in (risk, responder, second, chased, auditor)] == [[]] * 5
