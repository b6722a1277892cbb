"""A database that has only some of the steps that were joined is refused with a sentence, never half migrated."""

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from registry.kernel.upgrading import halfway, sentences

JOINED = {("reviews", "0001_squashed"): [("reviews", "0001_a"), ("reviews", "0002_b"), ("reviews", "0003_c")]}


@pytest.mark.parametrize("applied", [[], [*JOINED["reviews", "0001_squashed"], ("axes", "0001_initial")]])
def test_none_and_all_of_the_joined_steps_are_fine(applied: list[tuple[str, str]]) -> None:
    assert list(sentences(JOINED, applied)) == []


def test_the_sentence_names_what_is_missing() -> None:
    (sentence,) = sentences(JOINED, [("reviews", "0001_a")])
    assert "of reviews it lacks the steps from 0002_b to 0003_c" in sentence
    assert "Migrate it with an earlier version first." in sentence


@pytest.mark.django_db
@pytest.mark.parametrize("app", ["registry", "incidents", "reviews"])
def test_migrate_refuses_a_database_between_two_versions(app: str) -> None:
    steps = MigrationLoader(None).disk_migrations.items()
    joined = next(step for key, step in steps if key[0] == app and step.replaces)
    MigrationRecorder(connection).record_unapplied(*joined.replaces[-1])
    assert list(halfway("default"))
    with pytest.raises(SystemCheckError, match=f"of {app} it lacks the steps from {joined.replaces[-1][1]}"):
        call_command("migrate", verbosity=0, skip_checks=False)


@pytest.mark.django_db
def test_programs_that_migrate_are_refused_too() -> None:
    MigrationRecorder(connection).record_unapplied("reviews", "0004_search")
    with pytest.raises(CommandError, match="of reviews it lacks the steps from 0004_search"):
        call_command("migrate", verbosity=0)
