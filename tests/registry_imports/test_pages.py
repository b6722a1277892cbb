import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from registry.models import AuditEntry, ChangeSet, ImportMapping, Workflow
from registry.services import importing, workflows
from tests import people
from tests.registry import making
from tests.registry_imports.making import COLUMNS, EXCERPT, NOW, applied, file_of, row, text_of, tried, workflow
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def client() -> Client:
    return signed_in(people.risk())


def upload(client: Client, content: bytes, name: str = "inventory.csv", **more: str) -> Any:
    file = io.BytesIO(content)
    file.name = name
    return client.post(reverse("import-new"), {"file": file, **more})


def mapped(client: Client, change_set: ChangeSet, **changes: object) -> Any:
    """The mapping screen sent back as it was prefilled, with some answers changed."""
    url = reverse("import-map", args=[change_set.pk])
    form = client.get(url).context["form"]
    filled = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in filled.items() if value not in (None, False)}
    return client.post(url, {**sent, **changes})


def shown(client: Client, change_set: ChangeSet, query: str = "") -> str:
    return client.get(reverse("import", args=[change_set.pk]) + query).content.decode()


def test_from_upload_to_applied_without_script(client: Client) -> None:
    answer = upload(client, EXCERPT.read_bytes(), "federal.csv")
    change_set = ChangeSet.objects.get()
    assert answer.headers["Location"] == reverse("import-map", args=[change_set.pk])
    assert mapped(client, change_set).headers["Location"] == reverse("import", args=[change_set.pk])
    assert "To create" in shown(client, change_set)
    client.post(reverse("import-apply", args=[change_set.pk]))
    assert Workflow.objects.count() == 200
    page = shown(client, change_set)
    assert Workflow.objects.order_by("pk")[0].get_absolute_url() in page
    assert "1–50 of 200" in page


def test_the_shipped_mapping_is_chosen_for_the_file_it_was_made_for(client: Client) -> None:
    upload(client, EXCERPT.read_bytes())
    start = client.get(reverse("import-map", args=[ChangeSet.objects.get().pk])).context["start"]
    assert start.name == "federal-2024"


def test_the_prefilled_shipped_mapping_means_the_same_when_it_is_sent_back(client: Client) -> None:
    upload(client, EXCERPT.read_bytes())
    change_set = ChangeSet.objects.get()
    mapped(client, change_set)
    change_set.refresh_from_db()
    assert change_set.counts["warnings"] == 151
    assert change_set.mapping is not None
    assert change_set.mapping.is_shipped


def test_a_file_that_cannot_be_read_is_refused_at_its_field(client: Client) -> None:
    answer = upload(client, b"%PDF-1.7", "inventory.pdf")
    assert answer.status_code == 422
    assert "This is a PDF file" in answer.context["form"].errors["file"][0]


def test_sending_the_upload_twice_makes_one_change_set(client: Client) -> None:
    content = text_of([row(1)]).encode()
    first, second = (upload(client, content, once="a" * 32) for _time in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert ChangeSet.objects.count() == 1


def test_a_mapping_is_remembered_and_offered_for_the_next_file(client: Client) -> None:
    upload(client, text_of([row(1)]).encode())
    mapped(client, ChangeSet.objects.get(), remember_as="Our register")
    assert ImportMapping.objects.get().name == "our-register"
    upload(client, text_of([row(2)]).encode(), "next.csv")
    start = client.get(reverse("import-map", args=[ChangeSet.objects.latest("pk").pk])).context["start"]
    assert start.name == "our-register"


def test_a_name_that_is_taken_is_refused_at_its_field(client: Client) -> None:
    upload(client, text_of([row(1)]).encode())
    answer = mapped(client, ChangeSet.objects.get(), remember_as="Federal 2024")
    assert "comes with the product" in answer.context["form"].errors["remember_as"][0]


def test_two_columns_for_one_field_are_refused_at_the_field(client: Client) -> None:
    upload(client, text_of([row(1)]).encode())
    answer = mapped(client, ChangeSet.objects.get(), column_purpose_0=["1", "2"])
    assert answer.context["form"].errors["column_purpose_0"] == ["Two columns for one field: choose one."]


def test_a_mapping_without_a_name_keeps_what_was_chosen(client: Client) -> None:
    upload(client, text_of([row(1)]).encode())
    answer = mapped(client, ChangeSet.objects.get(), column_name_0="", remember_as="Typed before")
    assert answer.status_code == 422
    assert "Typed before" in answer.content.decode()


def test_the_meaning_given_to_an_answer_is_used(client: Client) -> None:
    upload(client, text_of([row(1, stage="Warm-up")]).encode())
    change_set = ChangeSet.objects.get()
    form = client.get(reverse("import-map", args=[change_set.pk])).context["form"]
    (question,) = [name for name in form.fields if name.startswith("answer_stage")]
    mapped(client, change_set, **{question: "DEVELOPMENT"})
    change_set.refresh_from_db()
    assert change_set.rows.get().after["stage"] == "DEVELOPMENT"
    assert change_set.counts["warnings"] == 0


def test_another_column_shows_its_answers_when_asked(client: Client) -> None:
    upload(client, text_of([row(1, vendor="Live", stage="")]).encode())
    change_set = ChangeSet.objects.get()
    url = reverse("import-map", args=[change_set.pk])
    answer = mapped(client, change_set, column_stage_0="6", column_vendor_0="", verb="refresh")
    assert answer.status_code == 200
    assert [str(bound.label) for target in answer.context["asked"] for _answer, bound in target["answers"]] == ["Live"]
    assert client.get(url).status_code == 200


def test_scripts_in_headings_and_cells_are_shown_as_text(client: Client) -> None:
    content = f"ID,Name,{SCRIPT}\n1,{SCRIPT},{SCRIPT}\n2,,x\n".encode()
    upload(client, content, f"{SCRIPT}.csv")
    change_set = ChangeSet.objects.get()
    screen = client.get(reverse("import-map", args=[change_set.pk])).content.decode()
    mapped(client, change_set)
    pages = [
        screen,
        shown(client, change_set),
        shown(client, change_set, "?show=created"),
        shown(client, change_set, "?show=problems"),
        client.get(reverse("import-row", args=[change_set.pk, 2])).content.decode(),
        client.get(reverse("imports")).content.decode(),
    ]
    assert all(SCRIPT not in page for page in pages)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages[2]


def test_a_row_shows_its_cells_in_the_order_of_the_file(client: Client, tmp_path: Path) -> None:
    trial = tried(file_of(tmp_path, row(1)))
    cells = client.get(reverse("import-row", args=[trial.change_set.pk, 2])).context["cells"]
    assert tuple(column for column, _text in cells) == COLUMNS


def test_changes_are_shown_as_removed_and_added(client: Client, tmp_path: Path) -> None:
    applied(file_of(tmp_path, row(1)))
    trial = tried(file_of(tmp_path, row(1, stage="In development"), name="later.csv"))
    page = shown(client, trial.change_set)
    assert "</span>Pilot</del>" in page
    assert "</span>In development</ins>" in page


def test_with_an_error_the_apply_button_says_why_it_is_shut(client: Client, tmp_path: Path) -> None:
    trial = tried(file_of(tmp_path, row(1, name="")))
    page = shown(client, trial.change_set)
    assert "One error has to be put right in the file first." in page
    assert "Name is blank" in page


def test_the_list_of_problems_opens_safely_in_a_spreadsheet(client: Client, tmp_path: Path) -> None:
    trial = tried(file_of(tmp_path, row(1, stage="=cmd|'/c calc'!A1")))
    answer = client.get(reverse("import-problems", args=[trial.change_set.pk]))
    text = answer.content.decode("utf-8-sig")
    assert ",'=cmd|'/c calc'!A1" in text
    assert AuditEntry.objects.filter(event="DOWNLOADED", object_id=str(trial.change_set.pk)).exists()


def test_problems_can_be_read_kind_by_kind(client: Client, tmp_path: Path) -> None:
    trial = tried(file_of(tmp_path, row(1, owner="nobody@example.test"), row(2, stage="Odd")))
    page = client.get(reverse("import", args=[trial.change_set.pk]) + "?show=problems&kind=OWNER_UNKNOWN")
    assert [problem["row"] for problem in page.context["problems"]] == [2]


def test_a_stale_plan_is_shown_anew_with_the_rows_that_differ(client: Client, tmp_path: Path) -> None:
    applied(file_of(tmp_path, row(1)))
    trial = tried(file_of(tmp_path, row(1, purpose="Theirs."), name="later.csv"))
    workflows.edit(workflow(1), by=people.risk(), at=NOW, reason="x", opened_version=None, purpose="Ours.")
    answer = client.post(reverse("import-apply", args=[trial.change_set.pk]))
    assert answer.status_code == 409
    assert "Row 2: “Changed” when tried, “Unchanged” now." in answer.content.decode()


def test_values_kept_here_can_be_overwritten_with_one_press(client: Client, tmp_path: Path) -> None:
    applied(file_of(tmp_path, row(1)))
    workflows.edit(workflow(1), by=people.risk(), at=NOW, reason="x", opened_version=None, purpose="Ours.")
    trial = tried(file_of(tmp_path, row(1, purpose="Theirs."), name="later.csv"))
    assert "One value was changed here since the last import" in shown(client, trial.change_set)
    client.post(reverse("import-try", args=[trial.change_set.pk]), {"edited_here": "take"})
    assert trial.change_set.rows.get().outcome == "CHANGED"


def test_undoing_by_page_names_what_stands_in_the_way(client: Client, tmp_path: Path) -> None:
    done = applied(file_of(tmp_path, row(1)))
    workflows.edit(workflow(1), by=people.risk(), at=NOW, reason="x", opened_version=None, purpose="Ours.")
    answer = client.post(reverse("import-undo", args=[done.pk]), {"reason": "Wrong file"})
    assert answer.status_code == 409
    assert "Workflow 1 was changed after the import: Purpose" in answer.content.decode()


def test_undoing_by_page_removes_what_was_imported(client: Client, tmp_path: Path) -> None:
    done = applied(file_of(tmp_path, row(1)))
    client.post(reverse("import-undo", args=[done.pk]), {"reason": "Wrong file"})
    assert not Workflow.objects.exists()
    assert "removed since" in shown(client, done, "?show=created")


def test_a_page_of_many_rows_takes_a_fixed_number_of_queries(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    upload(client, EXCERPT.read_bytes())
    change_set = ChangeSet.objects.get()
    mapped(client, change_set)
    importing.apply(change_set, by=people.risk(), at=NOW)
    with django_assert_max_num_queries(20):
        shown(client, change_set)


@pytest.mark.parametrize("who", [people.responder, people.executive, people.administrator, people.member])
def test_imports_are_closed_to_other_roles(tmp_path: Path, who: Any) -> None:
    done = applied(file_of(tmp_path, row(1)))
    client = signed_in(who())
    for name in ("imports", "import-new"):
        assert client.get(reverse(name)).status_code == 403
    assert client.get(reverse("import", args=[done.pk])).status_code == 403
    assert client.post(reverse("import-undo", args=[done.pk]), {"reason": "x"}).status_code == 403


def test_owners_see_their_own_imports_and_bring_in_no_inventory(tmp_path: Path) -> None:
    done = applied(file_of(tmp_path, row(1)))
    client = signed_in(people.owner())
    assert list(client.get(reverse("imports")).context["page_obj"]) == []
    assert client.get(reverse("import", args=[done.pk])).status_code == 404
    assert client.post(reverse("import-undo", args=[done.pk]), {"reason": "x"}).status_code == 404
    assert upload(client, text_of([row(2)]).encode(), of="").status_code == 403
    assert client.get(reverse("change-sets")).status_code == 403


def test_records_are_mapped_tried_applied_and_undone_on_the_same_pages() -> None:
    owner = people.owner()
    claims, client = making.workflow(tags=["old"]), signed_in(owner)
    content = f"Workflow,Tags,Also\n{claims.reference},new,newer\n".encode()
    upload(client, content, of="owners-and-tags", reason="Tidied")
    change_set = ChangeSet.objects.get()
    url = reverse("import-map", args=[change_set.pk])
    assert client.post(url, {"column_workflow_0": "", "column_tags_0": "1"}).status_code == 422
    twice = client.post(url, {"column_workflow_0": "0", "column_tags_0": ["1", "2"]})
    assert twice.context["form"].errors["column_tags_0"] == ["Two columns for one field: choose one."]
    client.post(url, {"column_workflow_0": "0", "column_tags_0": "1"})
    assert "new" in shown(client, change_set)
    client.post(reverse("import-apply", args=[change_set.pk]))
    claims.refresh_from_db()
    assert claims.tags == ["new"]
    assert claims.get_absolute_url() in shown(client, change_set)
    client.post(reverse("import-undo", args=[change_set.pk]), {"reason": "Wrong"})
    claims.refresh_from_db()
    assert claims.tags == ["old"]
    undone = ChangeSet.objects.get(undoes=change_set)
    assert claims.reference in signed_in(people.risk()).get(undone.get_absolute_url()).content.decode()


def test_a_file_that_waits_for_its_mapping_stands_in_the_list(client: Client) -> None:
    upload(client, text_of([row(1)]).encode(), "waiting.csv")
    assert "waiting.csv" in client.get(reverse("imports")).content.decode()
    assert signed_in(people.auditor()).get(reverse("import", args=[ChangeSet.objects.get().pk])).status_code == 200


def test_auditors_read_imports_and_change_nothing(tmp_path: Path) -> None:
    trial = tried(file_of(tmp_path, row(1)))
    client = signed_in(people.auditor())
    assert client.get(reverse("imports")).status_code == 200
    assert "Only risk staff import inventories." in shown(client, trial.change_set)
    assert client.post(reverse("import-apply", args=[trial.change_set.pk])).status_code == 403
