"""A stranger with the exported log sees that something is gone, and that it was erased with a record."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client

from registry.kernel.audit.context import acting
from registry.kernel.ledger import erasing, exporting, keys, sequencing
from registry.kernel.ledger.models import Secret
from registry.models import User
from tests import people
from tests.erasure.test_erasing import differences, entries, erased, leaver
from tests.incidents import making
from tests.verifier.running import Outcome, run

pytestmark = pytest.mark.django_db


def verified(folder: Path) -> Outcome:
    sequencing.advance()
    file = folder / "ledger.zip"
    with transaction.atomic(), file.open("wb") as sink:
        exporting.write(sink, exporting.newest(connection), connection)
    return run("ledger", file, "--key", keys.known_vkeys()[0])


@pytest.mark.django_db(transaction=True)
def test_what_was_erased_is_told_from_what_was_withheld(tmp_path: Path) -> None:
    sequencing.advance()
    person = leaver()
    workflow = making.workflow(purpose="Named somebody by accident")
    sequencing.advance()
    erased(person, "email", "name", "title", "detail")
    erased(workflow, "purpose")
    found = verified(tmp_path)
    assert found.status == 0
    assert "are erased with a record: tombstones name them." in found.text
    assert b"accident" not in (tmp_path / "ledger.zip").read_bytes()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("field", sorted(erasing.everything(User)))
def test_whichever_field_of_a_person_goes_alone_the_export_stays_true(field: str, tmp_path: Path) -> None:
    person = leaver()
    kind = User._meta.get_field(field) if field not in (erasing.REASON, erasing.DETAIL) else None
    if kind is not None and not getattr(person, field):
        something = {"JSONField": {"told": "something"}, "ArrayField": ["something"]}
        setattr(person, field, something.get(kind.get_internal_type(), "Something"))
        with acting(reason="Because Pat said so"):
            person.save()
    sequencing.advance()
    erased(person, field)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    found = verified(tmp_path)
    assert (found.status, found.complaints) == (0, "")
    assert differences() == []


@pytest.mark.django_db(transaction=True)
def test_personal_values_go_with_the_entry_that_committed_to_them() -> None:
    person = leaver()
    whole = [entry.pk for entry in entries(person) if entry.reason == "Because Pat said so"]
    assert Secret.objects.filter(entry__in=whole).exists()
    erased(person, "reason")
    assert not Secret.objects.filter(entry__in=whole).exists()
    assert Secret.objects.filter(value="Pat Private").exists(), "those of the other entries stay"


def test_a_value_that_was_taken_without_a_record_fails(tmp_path: Path) -> None:
    leaver()
    sequencing.advance()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ledger_secret DISABLE TRIGGER holdfast_only_erased")
        cursor.execute("DELETE FROM ledger_secret WHERE value = 'Pat Private'")
    found = verified(tmp_path)
    assert found.status == 1
    assert "erased without a record, or withheld" in found.text


@pytest.mark.django_db(transaction=True)
def test_nothing_is_exported_while_the_record_of_an_erasure_waits_for_its_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setattr(exporting, "PATIENCE", 0)
    person = leaver()
    sequencing.advance()
    erased(person, "reason")
    with pytest.raises(exporting.Unsealed, match="not signed yet"):
        exporting.newest(connection)
    client.force_login(people.auditor())
    monkeypatch.setattr(exporting, "one_view", lambda: nullcontext(connection))
    answer = client.get("/audit/ledger/export/", follow=True)
    assert "an export would look as if something were withheld" in answer.content.decode()
    assert verified(tmp_path).status == 0
