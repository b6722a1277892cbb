"""Vendors through the API: who keeps the relation, and what was answered."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from registry.vendor_questions import QUESTIONS
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.registry import making

pytestmark = pytest.mark.django_db
VENDORS = f"{V1}/vendors/"
SOON = (timezone.localdate() + timedelta(days=90)).isoformat()


def test_a_vendor_is_added_and_its_questions_are_answered_and_settled() -> None:
    risk, owner = client_of(people.risk()), client_of(people.owner())
    problem_of(owner.post(VENDORS, {"name": "Model house", "reason": "New"}), 403)
    made = risk.post(VENDORS, {"name": "Model house", "owner": people.owner().pk, "reason": "New"}).json()
    assert (made["open_questions"], made["workflows"], made["version"]) == (len(QUESTIONS), 0, 1)
    assert "name" in problem_of(risk.post(VENDORS, {"name": "MODEL house", "reason": "New"}), 422)["errors"]
    one = f"{VENDORS}{made['id']}/"
    body = {"answers_due_date": SOON, "reason": "Asked", "version": 1}
    assert risk.patch(one, body).json()["version"] == 2
    problem_of(risk.patch(one, {**body, "answers_due_date": None}), 409)
    asked = {row["question"]: row for row in owner.get(f"{one}questions/").json()}
    assert len(asked) == len(QUESTIONS)
    assert (asked["ROLLBACK"]["state"], asked["ROLLBACK"]["version"]) == ("OPEN", 0)
    question = f"{one}questions/ROLLBACK/"
    said = {"answer": "By name", "valid_until_date": SOON, "version": 0}
    assert "evidence_url" in problem_of(owner.post(f"{question}answer/", said), 422)["errors"]
    upload = SimpleUploadedFile("versions.csv", b"version\n4\n")
    done = owner.post(f"{question}answer/", {**said, "file": upload}, format="multipart").json()
    assert (done["state"], done["evidence_filename"], done["version"]) == ("ANSWERED", "versions.csv", 1)
    problem_of(owner.post(f"{question}answer/", {**said, "answer": "Else", "evidence_url": "https://a.test"}), 409)
    assert owner.get(f"{question}download/")["Content-Disposition"].startswith("attachment")
    problem_of(client_of(people.member()).get(f"{question}download/"), 403)
    found = {"judgement": "INSUFFICIENT", "reason": "No dates", "version": 1}
    problem_of(owner.post(f"{question}judge/", found), 403)
    assert "judgement" in problem_of(risk.post(f"{question}judge/", {**found, "judgement": "x"}), 422)["errors"]
    told = risk.post(f"{question}judge/", found).json()
    assert (told["state"], told["judged_by"]["name"], told["judged_reason"]) == (
        "INSUFFICIENT",
        "Rita Risk",
        "No dates",
    )
    problem_of(owner.post(f"{question}not-needed/", {"reason": "x"}), 403)
    assert risk.post(f"{question}not-needed/", {"reason": "No such part", "version": 2}).json()["state"] == "WAIVED"
    assert risk.post(f"{question}reopen/", {"reason": "Needed", "version": 3}).json()["state"] == "OPEN"
    problem_of(owner.get(f"{one}questions/NOTHING/"), 404)


def test_vendors_are_listed_by_how_they_stand_and_as_they_were() -> None:
    before = timezone.now()
    risk = client_of(people.risk())
    made = risk.post(VENDORS, {"name": "Model house", "owner": people.owner().pk, "reason": "New"}).json()
    making.workflow(vendor_id=made["id"])
    for query, number in (("used=yes", 1), ("state=open", 1), ("state=settled", 0), ("q=house", 1), ("owner=none", 0)):
        assert len(risk.get(f"{VENDORS}?{query}").json()["results"]) == number
    assert risk.get(VENDORS, {"at": before.isoformat()}).json()["results"] == []
