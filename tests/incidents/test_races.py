"""Two people at once: one wins, the other is told why, and nothing is half done."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from incidents.models import ContainmentAction, Evidence, Passage, RoleAssignment
from incidents.services import containment, evidence, moving
from incidents.services import people as roles
from registry.kernel.http.errors import Conflict
from registry.models import StoredFile
from tests import people, shipped
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module", autouse=True)
def _for_those_who_follow(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """These tests commit, so the tables are emptied after each; the shipped rows come back at the end."""
    yield
    with django_db_blocker.unblock():
        shipped.restore()


@pytest.fixture(autouse=True)
def _shipped_rows(transactional_db: None) -> None:
    shipped.restore()


def at_once(*steps: Callable[[], Any]) -> list[str]:
    """Run every step in a connection of its own, all begun together; what each came to, in no order."""
    results: list[str] = []
    gate = threading.Barrier(len(steps))

    def run(step: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=10)
            step()
            results.append("done")
        except Conflict:
            results.append("conflict")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(results)


def test_two_who_take_the_lead_at_once_leave_one_lead() -> None:
    incident = making.declared(people.member())
    one, two, risk = people.responder(), people.responder("Rob Responder"), people.risk()
    found = at_once(
        *(lambda who=who: roles.assign(incident, role="LEAD", person=who, by=risk, at=after(1)) for who in (one, two))
    )
    assert found == ["conflict", "done"]
    assert RoleAssignment.objects.filter(incident=incident, role="LEAD", ended_at__isnull=True).count() == 1


def test_two_who_pull_the_same_switch_at_once_pull_it_once() -> None:
    incident = making.declared()
    option = making.option(incident.workflows.get())
    who = [incident.declared_by, people.risk()]
    found = at_once(
        *(lambda by=by: containment.execute(incident, option, by=by, at=after(1), reason="Stop.") for by in who)
    )
    assert found == ["conflict", "done"]
    assert ContainmentAction.objects.count() == 1


def test_two_who_move_at_once_leave_one_passage() -> None:
    incident = making.declared()
    who = [incident.declared_by, people.risk()]
    found = at_once(*(lambda by=by: moving.move(incident, "decline", by=by, at=after(1), reason="No.") for by in who))
    assert found == ["conflict", "done"]
    assert Passage.objects.count() == 1


def test_two_who_bring_the_same_file_at_once_leave_one_piece() -> None:
    incident = making.declared()
    who = [incident.declared_by, people.risk()]
    uploads = [making.upload(), making.upload()]
    found = at_once(
        *(
            lambda by=by, upload=upload: evidence.add_file(incident, by=by, upload=upload, **making.about())
            for by, upload in zip(who, uploads, strict=True)
        )
    )
    assert found == ["conflict", "done"]
    assert Evidence.objects.count() == 1
    assert StoredFile.objects.get().digest() == StoredFile.objects.get().sha256
