"""Vendors: what they answer and what shows it, how long it holds, who hears of it, and how it reads."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from config.demo.material import upload
from registry.filters.vendors import with_figures
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict, Stale
from registry.models import AuditEntry, Notice, User, Vendor, VendorAnswer, Workflow
from registry.reports.vendors import dossier, proofs_of
from registry.services import vendor_answers, vendor_chase, vendor_judging, vendors
from registry.vendor_proofs import ProofState
from registry.vendor_questions import QUESTIONS
from tests import people
from tests.registry import making
from tests.registry.making import SCRIPT
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
NOON = timezone.now().replace(hour=12)
LINK = "https://vendor.example.test/trust"


@pytest.fixture
def vendor() -> Vendor:
    """One workflow depends on it."""
    made = vendors.add(by=people.risk(), at=NOON, reason="New", name="Model house", owner=people.owner())
    making.assessed(making.workflow(vendor=made))
    return made


def on(days: int) -> datetime:
    return NOON + timedelta(days=days)


def day(days: int) -> date:
    return timezone.localdate(on(days))


def answered(vendor: Vendor, question: str = "ROLLBACK", by: User | None = None, **given: Any) -> VendorAnswer:
    facts = {"answer": "By name.", "valid_until_date": day(100), "evidence_url": LINK, **given}
    return vendor_answers.answer(vendor, question, by=by or people.owner(), at=NOON, **facts)


def judged(vendor: Vendor, judgement: str = "SUFFICIENT", question: str = "ROLLBACK", by: User | None = None) -> Any:
    return vendor_judging.judge(
        vendor, question, by=by or people.risk(), at=NOON, judgement=judgement, reason="The page lists them"
    )


def waived(vendor: Vendor, question: str) -> VendorAnswer:
    return vendor_answers.waive(vendor, question, by=people.risk(), at=NOON, reason="No such part")


def test_an_answer_needs_words_something_that_shows_it_and_a_day(vendor: Vendor) -> None:
    for given, field in (
        ({"answer": " "}, "answer"),
        ({"evidence_url": ""}, "evidence_url"),
        ({"evidence_url": "http://vendor.example.test"}, "evidence_url"),
        ({"valid_until_date": day(-1)}, "valid_until_date"),
        ({"valid_until_date": day(2000)}, "valid_until_date"),
    ):
        with pytest.raises(ValidationError) as refused:
            answered(vendor, **given)
        assert list(refused.value.message_dict) == [field]
    answered(vendor)
    with pytest.raises(IntegrityError), transaction.atomic():
        VendorAnswer.objects.update(evidence_url="")


def test_the_owner_of_the_relation_answers_and_nobody_excuses_a_vendor_of_their_own(vendor: Vendor) -> None:
    with pytest.raises(Refused):
        answered(vendor, by=people.owner("Olga Otherowner"))
    with pytest.raises(Refused):
        vendor_answers.waive(vendor, "ROLLBACK", by=people.owner(), at=NOON, reason="x")
    own = vendors.edit(vendor, by=people.risk(), at=NOON, reason="x", opened_version=1, owner=people.risk())
    with pytest.raises(Refused, match="yourself"):
        waived(own, "ROLLBACK")


def test_an_answer_is_judged_by_another_person_of_risk_and_a_new_one_is_judged_anew(vendor: Vendor) -> None:
    with pytest.raises(Conflict):
        judged(vendor)
    answered(vendor, by=people.risk())
    with pytest.raises(Refused, match="entered"):
        judged(vendor)
    with pytest.raises(IntegrityError), transaction.atomic():
        VendorAnswer.objects.update(judgement="SUFFICIENT", judged_by=people.risk(), judged_at=NOON, judged_reason="x")
    second = people.risk("Rita Second")
    with pytest.raises(Refused):
        judged(vendor, by=people.owner())
    with pytest.raises(ValidationError) as refused:
        judged(vendor, judgement="PERHAPS", by=second)
    assert list(refused.value.message_dict) == ["judgement"]
    row = judged(vendor, "INSUFFICIENT", by=second)
    assert row.said.state(day(0)) is row.said.state(day(300)) is ProofState.INSUFFICIENT
    told = Notice.objects.get(recipient=people.owner(), subject="Model house: an answer is not sufficient")
    assert "The page lists them" in told.body
    assert told.url == f"/vendors/{vendor.pk}/questions/ROLLBACK/"
    assert (answered(vendor, answer="By name, here.").judgement, proofs_of(vendor, day(0)).to_judge) == ("", 1)
    assert judged(vendor).said.state(day(0)) is ProofState.SUFFICIENT
    assert proofs_of(vendor, day(0)).settled == 1


def test_of_two_who_answer_at_once_the_second_meets_the_first(vendor: Vendor) -> None:
    answered(vendor, opened_version=0)
    with pytest.raises(Stale):
        answered(vendor, answer="Otherwise.", opened_version=0)
    answered(vendor, opened_version=0)


def test_a_question_is_excused_opened_again_and_keeps_what_was_said(vendor: Vendor) -> None:
    answered(vendor, upload=upload("versions.txt", "4"), evidence_url="")
    kept = answered(vendor, answer="By name, tried in May.", evidence_url="")
    assert kept.evidence_filename == "versions.txt"
    with pytest.raises(ValidationError, match="Show it"):
        answered(vendor, evidence_url="", keep_file=False)
    row = waived(vendor, "ROLLBACK")
    assert (row.answer, row.evidence_file, row.said.state(day(0))) == ("", None, ProofState.WAIVED)
    with pytest.raises(Refused):
        vendor_answers.reopen(vendor, "ROLLBACK", by=people.owner(), at=NOON, reason="Needed")
    row = vendor_answers.reopen(vendor, "ROLLBACK", by=people.risk(), at=NOON, reason="Needed")
    assert row.said.state(day(0)) is ProofState.OPEN
    with pytest.raises(Conflict):
        vendor_answers.reopen(vendor, "ROLLBACK", by=people.risk(), at=NOON, reason="Again")
    said = VendorAnswer.history.order_by("history_id").values_list("answer", "history_change_reason")
    assert [words for words, _why in said] == ["By name.", "By name, tried in May.", "", ""]
    assert [why for _words, why in said][2:] == ["No such part", "Needed"]


def test_the_owner_hears_of_what_is_open_when_it_is_due(vendor: Vendor) -> None:
    vendors.edit(vendor, by=people.risk(), at=NOON, reason="x", opened_version=1, answers_due_date=day(10))
    for question in QUESTIONS[2:]:
        waived(vendor, question.key)
    answered(vendor, QUESTIONS[0].key)
    judged(vendor, "INSUFFICIENT", QUESTIONS[0].key)
    sent = [vendor_chase.chase(at=on(days)) for days in range(40)]
    assert [days for days, count in enumerate(sent) if count] == [3, 10, 24, 38]
    assert sum(sent) == 4
    told = Notice.objects.filter(recipient=people.owner(), kind="VENDOR").latest("pk")
    assert (told.subject, told.url) == ("Model house: 2 questions are open", f"/vendors/{vendor.pk}/")
    workflow = Workflow.objects.get()
    workflow.stage, workflow.production_basis = "RETIRED", ""
    workflow.save()
    assert vendor_chase.chase(at=on(60)) == 0


def test_an_answer_that_ends_is_told_once_a_step_and_to_risk_staff_where_the_owner_left(vendor: Vendor) -> None:
    answered(vendor, valid_until_date=day(40))
    judged(vendor)
    sent = [[vendor_chase.chase(at=on(days)) for _run in range(2)] for days in range(9, 60)]
    assert [days + 9 for days, (first, _again) in enumerate(sent) if first] == [10, 33, 41, 55]
    assert not any(again for _first, again in sent)
    gone = people.owner()
    gone.is_active = False
    gone.save()
    assert vendor_chase.chase(at=on(70)) == 1
    told = Notice.objects.filter(recipient=people.risk(), kind="VENDOR").get()
    assert told.subject == "Model house: 1 answer has ended"


def test_risk_staff_hear_of_answers_that_nobody_judges_but_not_of_their_own(vendor: Vendor) -> None:
    second = people.risk("Rita Second")
    answered(vendor, by=people.risk())
    answered(vendor, "FALLBACK")
    sent = [[vendor_chase.chase(at=on(days)) for _run in range(2)] for days in range(30)]
    assert [(days, first, again) for days, (first, again) in enumerate(sent) if first or again] == [
        (7, 2, 0),
        (21, 2, 0),
    ]
    subjects = {
        notice.recipient: notice.subject for notice in Notice.objects.filter(kind="VENDOR", key__contains="judge")
    }
    assert subjects == {
        people.risk(): "Model house: 1 answer waits to be judged",
        second: "Model house: 2 answers wait to be judged",
    }
    for question, by in (("ROLLBACK", second), ("FALLBACK", people.risk())):
        judged(vendor, question=question, by=by)
    assert vendor_chase.chase(at=on(36)) == 0


def test_the_list_counts_as_the_page_does(vendor: Vendor) -> None:
    answered(vendor, "ROLLBACK", valid_until_date=day(0))
    over = answered(vendor, "FALLBACK")
    waived(vendor, "BACKLOG")
    over.valid_until_date = day(-1)
    over.save()
    row, proofs = with_figures(Vendor.objects.all()).get(), proofs_of(vendor, day(0))
    figures = (proofs.open, proofs.to_judge, proofs.expired)
    assert (row.still_open, row.to_judge, row.expired) == figures == (len(QUESTIONS) - 3, 1, 1)
    judged(vendor, "INSUFFICIENT")
    row, proofs = with_figures(Vendor.objects.all()).get(), proofs_of(vendor, day(0))
    assert (row.still_open, row.to_judge) == (proofs.open, proofs.to_judge) == (len(QUESTIONS) - 2, 0)
    judged(vendor)
    row = with_figures(Vendor.objects.all()).get()
    assert (row.used, row.worst, row.next_end) == (1, "T1", day(0))


def test_the_list_is_filtered_sorted_exported_and_costs_the_same_for_many(
    vendor: Vendor, django_assert_max_num_queries: Any
) -> None:
    answered(vendor, valid_until_date=day(5))
    for number in range(60):
        Vendor.objects.create(name=f"Tool {number}")
    client = signed_in(people.risk())
    client.get("/vendors/")
    with django_assert_max_num_queries(12):
        page = client.get("/vendors/?sort=-workflows").context["page_obj"]
    tabs = client.get("/vendors/").context["tabs"]
    assert [count for _query, _label, _now, count in tabs] == [1, 61, 0, 1, 1, 0]
    assert (len(page), page.object_list[0].name, page.paginator.count) == (50, "Model house", 61)
    for query, names in (
        ("q=house", ["Model house"]),
        ("used=yes", ["Model house"]),
        ("tier=T1", ["Model house"]),
        (f"owner={people.owner().pk}", ["Model house"]),
        ("state=expired", []),
        ("state=settled", []),
        ("state=judge", ["Model house"]),
        ("owner=me&state=open", []),
    ):
        assert [row.name for row in client.get(f"/vendors/?{query}").context["page_obj"]] == names
    sheet = b"".join(client.get("/vendors/export/csv/?used=yes").streaming_content).decode()  # type: ignore[attr-defined]
    assert "Model house" in sheet
    assert "Tool" not in sheet
    assert AuditEntry.objects.filter(event="EXPORTED", object_type="registry.vendor").exists()


def test_a_question_is_answered_on_its_page_with_a_file_that_is_only_ever_downloaded(vendor: Vendor) -> None:
    client, url = signed_in(people.owner()), f"/vendors/{vendor.pk}/questions/ROLLBACK/"
    sent = {"answer": SCRIPT, "valid_until_date": "", "opened_version": 0}
    refused = client.post(f"{url}answer/", sent)
    assert refused.status_code == 422
    assert SCRIPT not in refused.content.decode()
    assert "alert" in refused.content.decode()
    sent |= {"valid_until_date": day(90).isoformat(), "file": upload("<versions>.html", "<b>4</b>")}
    assert client.post(f"{url}answer/", sent).status_code == 302
    page = client.get(url).content.decode()
    assert SCRIPT not in page
    taken = client.get(f"{url}file/")
    assert taken["Content-Disposition"].startswith("attachment")
    assert taken["Content-Type"] == "application/octet-stream"
    assert AuditEntry.objects.filter(event="DOWNLOADED", object_type="registry.vendoranswer").exists()
    assert signed_in(people.member()).get(f"{url}file/").status_code == 403
    assert client.get(f"/vendors/{vendor.pk}/questions/NOTHING/").status_code == 404
    other = signed_in(people.risk())
    found = {"judgement": "INSUFFICIENT", "reason": SCRIPT, "opened_version": 1}
    assert "judgement" in other.post(f"{url}judge/", {**found, "judgement": ""}).context["form"].errors
    assert other.post(f"{url}judge/", found).status_code == 302
    assert other.get(f"/vendors/{vendor.pk}/questions/FALLBACK/judge/").status_code == 409
    for shown in (url, f"/vendors/{vendor.pk}/"):
        assert SCRIPT not in (page := other.get(shown).content.decode())
        assert "Not sufficient" in page
    assert other.post(f"{url}not-needed/", {"reason": "No such part", "opened_version": 2}).status_code == 302
    assert other.post(f"{url}open/", {"reason": "", "opened_version": 3}).status_code == 422
    assert "Needed" not in other.get(url).content.decode()


def test_a_vendor_is_added_changed_and_read_as_it_was(vendor: Vendor) -> None:
    client, before = signed_in(people.risk()), timezone.now()
    made = {"name": "model HOUSE", "reason": "x", "once": "1"}
    assert "There is a vendor of this name already." in client.post("/vendors/new/", made).content.decode()
    sent = {
        "name": "Model house", "supplies": "The model", "owner": people.owner().pk, "reason": "Asked",
        "answers_due_date": day(30).isoformat(), "opened_version": 1,
    }  # fmt: skip
    assert client.post(f"/vendors/{vendor.pk}/edit/", sent).status_code == 302
    stale = client.post(f"/vendors/{vendor.pk}/edit/", {**sent, "supplies": "Another"})
    assert "Somebody changed this while you were editing" in stale.content.decode()
    page = client.get(f"/vendors/{vendor.pk}/").content.decode()
    for words in ("The model", "Claims triage", "20 questions open"):
        assert words in page
    overview = client.get(f"/workflows/{Workflow.objects.get().pk}/").content.decode()
    assert f'href="/vendors/{vendor.pk}/"' in overview
    assert "20 questions open" in overview
    early = client.get(f"/vendors/{vendor.pk}/", {"at": before.isoformat()}).content.decode()
    assert "The model" not in early
    assert signed_in(people.owner()).get(f"/vendors/{vendor.pk}/edit/").status_code == 403


def test_the_dossier_tells_what_was_answered_and_what_shows_it(vendor: Vendor) -> None:
    answered(vendor, upload=upload("versions.txt", "4"), given_by="Head of service")
    told = dossier(vendor, day(0))
    assert told is not None
    (technology,) = [side for side in told["sides"] if side["side"] == "Technology"]
    (row,) = [row for row in technology["questions"] if row["answer"]]
    assert (row["evidence_url"], row["evidence_file"], row["given_by"]) == (LINK, "versions.txt", "Head of service")
    assert dossier(None, day(0)) is None
