from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from registry.models import AuditEntry, ChangeSet, Workflow
from tests import people
from tests.registry_imports.making import EXCERPT, NOW, file_of, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def command(*arguments: object, **options: Any) -> str:
        call_command("import_workflows", *map(str, arguments), **options)
        return capsys.readouterr().out

    return command


@pytest.fixture
def small() -> str:
    from registry.services import importing
    from tests.registry_imports.making import MAPPING

    return importing.remember("small", MAPPING, by=people.risk(), at=NOW).name


def test_a_dry_run_says_everything_and_writes_nothing(run: Any) -> None:
    out = run(EXCERPT, mapping="federal-2024", dry_run=True)
    assert "200 rows: 200 to create" in out
    assert "Dry run: nothing changed." in out
    assert not ChangeSet.objects.exists()


def test_every_problem_is_printed_by_row_and_column(run: Any) -> None:
    out = run(EXCERPT, mapping="federal-2024", dry_run=True)
    lines = [line for line in out.splitlines() if line.startswith("WARNING")]
    assert len(lines) == 151
    assert any(line.startswith("WARNING row ") and "Date Initiated: " in line for line in lines)


def test_an_import_is_attributed_to_the_person_named(run: Any) -> None:
    people.risk("Rob Risk")
    run(EXCERPT, mapping="federal-2024", by=people.risk().email)
    assert ChangeSet.objects.get().applied_by == people.risk()


def test_a_second_run_changes_nothing_and_leaves_no_trace(run: Any) -> None:
    people.risk()
    run(EXCERPT, mapping="federal-2024")
    before = AuditEntry.objects.count()
    assert "Nothing changed" in run(EXCERPT, mapping="federal-2024")
    assert (AuditEntry.objects.count(), Workflow.objects.count()) == (before, 200)


def test_an_error_in_one_row_ends_with_nothing_changed(
    run: Any, small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="Nothing changed"):
        run(file_of(tmp_path, row(1), row(2, name="")), mapping=small)
    assert "ERROR row 3, Name: The name is blank." in capsys.readouterr().err
    assert not Workflow.objects.exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"mapping": "unheard-of"}, "no mapping “unheard-of”"),
        ({"mapping": "federal-2024", "by": "nobody@example.test"}, "Nobody who is active"),
        ({"mapping": "federal-2024", "by": "max.member@example.test"}, "Only risk staff"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(run: Any, options: dict[str, str], sentence: str) -> None:
    people.member()
    with pytest.raises(CommandError, match=sentence):
        run(EXCERPT, **options)


def test_a_mapping_for_another_kind_of_file_is_refused(run: Any, tmp_path: Path) -> None:
    people.risk()
    with pytest.raises(CommandError, match="does not suit this file"):
        run(file_of(tmp_path, row(1)), mapping="federal-2024")
