from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from registry.kernel.access.verdict import Refused
from registry.models import ChangeSet, StoredFile
from registry.services import importing
from tests import people
from tests.registry_imports.making import NOW, file_of, row, tried

pytestmark = pytest.mark.django_db


def refusal_of(path: Path) -> str:
    with pytest.raises(ValidationError) as caught:
        importing.receive(by=people.risk(), at=NOW, upload=path, filename=path.name)
    assert not ChangeSet.objects.exists()
    assert not StoredFile.objects.exists()
    return " ".join(caught.value.message_dict["file"])


def test_a_file_in_another_encoding_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "cyrillic.csv"
    path.write_bytes(
        "Название,Описание\n".encode("cp1251") + "Классификация обращений,Проверка\n".encode("cp1251") * 40
    )
    assert "UTF-8" in refusal_of(path)


def test_a_hundred_thousand_rows_are_refused_with_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("Name\n" + "Triage\n" * 100_000)
    assert "50,000 rows" in refusal_of(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    assert refusal_of(path) == "The file is empty."


def test_the_file_is_kept_by_its_hash_and_the_original_stays_where_it_was(tmp_path: Path) -> None:
    path = file_of(tmp_path, row(1))
    change_set = importing.receive(by=people.risk(), at=NOW, upload=path, filename=path.name)
    assert change_set.file is not None
    assert change_set.file.read_bytes() == path.read_bytes()


def test_the_same_file_twice_is_stored_once(tmp_path: Path) -> None:
    path = file_of(tmp_path, row(1))
    for _time in range(2):
        importing.receive(by=people.risk(), at=NOW, upload=path, filename=path.name)
    assert (ChangeSet.objects.count(), StoredFile.objects.count()) == (2, 1)


def test_a_name_with_folders_in_it_keeps_only_the_last_part(tmp_path: Path) -> None:
    path = file_of(tmp_path, row(1))
    change_set = importing.receive(by=people.risk(), at=NOW, upload=path, filename="../../etc/inventory.csv")
    assert change_set.filename == "inventory.csv"


@pytest.mark.parametrize("who", [people.owner, people.responder, people.executive, people.auditor, people.member])
def test_nobody_but_risk_staff_brings_a_file_in(tmp_path: Path, who: object) -> None:
    path = file_of(tmp_path, row(1))
    with pytest.raises(Refused, match="Only risk staff"):
        importing.receive(by=who(), at=NOW, upload=path, filename=path.name)  # type: ignore[operator]


def test_discarding_keeps_the_change_set_on_record(tmp_path: Path) -> None:
    trial = tried(file_of(tmp_path, row(1)))
    done = importing.discard(trial.change_set, by=people.risk(), at=NOW)
    assert (done.status, done.rows.count()) == (ChangeSet.Status.DISCARDED, 0)
