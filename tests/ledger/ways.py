"""Every way in which a row of the record can be written, from a plain save to SQL by the owner of the database."""

from collections.abc import Callable, Iterator
from typing import Any

from django.core import serializers
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import F, Value
from django.db.models.functions import Concat
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from registry.kernel.audit.bulk import create_many, delete_many, update_many
from registry.models import Vendor

Way = Callable[[Vendor], object]


def ways() -> Iterator[Way]:
    for name, way in sorted(globals().items()):
        if name.startswith("by_"):
            yield way


def sql(statement: str, *values: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def by_create(vendor: Vendor) -> None:
    Vendor.objects.create(name="Another")


def by_save(vendor: Vendor) -> None:
    vendor.website = "https://one.example"
    vendor.save()


def by_save_of_one_field_while_another_is_dirty(vendor: Vendor) -> None:
    vendor.website, vendor.name = "https://one.example", "Never stored"
    vendor.save(update_fields=["website"])


def by_expression(vendor: Vendor) -> None:
    vendor.name = Concat(F("name"), Value("!"))
    vendor.save()


def by_get_or_create(vendor: Vendor) -> None:
    Vendor.objects.get_or_create(name="Another")


def by_update_or_create(vendor: Vendor) -> None:
    Vendor.objects.update_or_create(name=vendor.name, defaults={"website": "https://two.example"})


def by_update_of_a_query(vendor: Vendor) -> None:
    Vendor.objects.filter(pk=vendor.pk).update(website="https://one.example")


def by_bulk_create(vendor: Vendor) -> None:
    Vendor.objects.bulk_create([Vendor(name=f"V{n}") for n in range(5)])


def by_bulk_create_over_a_conflict(vendor: Vendor) -> None:
    Vendor.objects.bulk_create(
        [Vendor(pk=vendor.pk, name="Overwritten")],
        update_conflicts=True, unique_fields=["id"], update_fields=["name"],
    )  # fmt: skip


def by_bulk_update(vendor: Vendor) -> None:
    vendor.website = "https://one.example"
    Vendor.objects.bulk_update([vendor], ["website"])


def by_bulk_create_of_the_history_library(vendor: Vendor) -> None:
    bulk_create_with_history([Vendor(name="Another")], Vendor)


def by_bulk_update_of_the_history_library_while_another_field_is_dirty(vendor: Vendor) -> None:
    vendor.website, vendor.name = "https://one.example", "Never stored"
    bulk_update_with_history([vendor], Vendor, ["website"])


def by_our_own_bulk_functions(vendor: Vendor) -> None:
    made = create_many([Vendor(name=f"V{n}") for n in range(3)])
    made[0].website = "https://one.example"
    update_many(made[:1], ["website"])
    delete_many(made[1:])


def by_save_without_history(vendor: Vendor) -> None:
    vendor.website = "https://one.example"
    as_library: Any = vendor
    as_library.save_without_historical_record()


def by_save_of_a_fixture(vendor: Vendor) -> None:
    vendor.website = "https://one.example"
    for found in serializers.deserialize("json", serializers.serialize("json", [vendor])):
        found.save()


def by_save_of_a_migration(vendor: Vendor) -> None:
    then = MigrationLoader(connection).project_state().apps.get_model("registry", "Vendor")
    old = then.objects.get(pk=vendor.pk)
    old.website = "https://one.example"
    old.save()


def by_sql_of_a_migration(vendor: Vendor) -> None:
    change = migrations.RunSQL("UPDATE registry_vendor SET website = 'https://one.example'")
    with connection.schema_editor() as editor:
        change.database_forwards("registry", editor, ProjectState(), ProjectState())


def by_delete(vendor: Vendor) -> None:
    vendor.delete()


def by_delete_of_a_query(vendor: Vendor) -> None:
    Vendor.objects.all().delete()


def by_raw_delete(vendor: Vendor) -> None:
    Vendor.objects.filter(pk=vendor.pk)._raw_delete(using="default")


def by_sql_insert(vendor: Vendor) -> None:
    sql("CREATE TEMPORARY TABLE other AS SELECT * FROM registry_vendor WHERE id = %s", vendor.pk)
    sql("UPDATE other SET id = 900, name = 'Other'")
    sql("INSERT INTO registry_vendor SELECT * FROM other")


def by_sql_update(vendor: Vendor) -> None:
    sql("UPDATE registry_vendor SET website = 'https://one.example' WHERE id = %s", vendor.pk)


def by_sql_update_twice_in_one_transaction(vendor: Vendor) -> None:
    by_sql_update(vendor)
    sql("UPDATE registry_vendor SET website = 'https://two.example' WHERE id = %s", vendor.pk)


def by_sql_update_of_the_number(vendor: Vendor) -> None:
    sql("UPDATE registry_vendor SET id = 902 WHERE id = %s", vendor.pk)


def by_sql_update_of_a_password(vendor: Vendor) -> None:
    sql("UPDATE registry_user SET password = 'md5$known$to$somebody' WHERE email = 'known@example.test'")


def by_sql_delete_and_insert_of_a_person_with_another_password(vendor: Vendor) -> None:
    sql("CREATE TEMPORARY TABLE known AS SELECT * FROM registry_user WHERE email = 'known@example.test'")
    sql("DELETE FROM registry_user WHERE email = 'known@example.test'")
    sql("UPDATE known SET password = 'md5$known$to$somebody'")
    sql("INSERT INTO registry_user SELECT * FROM known")


def by_sql_swap_of_the_numbers_of_two_people(vendor: Vendor) -> None:
    """The one gets all that the other has but the password."""
    sql("CREATE TEMPORARY TABLE victim AS SELECT * FROM registry_user WHERE email = 'known@example.test'")
    sql("UPDATE registry_user SET id = -id, email = 'moved@example.test' WHERE email = 'known@example.test'")
    sql(
        "UPDATE registry_user AS u SET (id, email, name, title, roles, is_active, date_joined) = "
        "(SELECT v.id, v.email, v.name, v.title, v.roles, v.is_active, v.date_joined FROM victim AS v) "
        "WHERE u.email = 'other@example.test'"
    )


def by_sql_delete(vendor: Vendor) -> None:
    sql("DELETE FROM registry_vendor WHERE id = %s", vendor.pk)


def by_sql_delete_and_insert_under_the_same_number(vendor: Vendor) -> None:
    sql("CREATE TEMPORARY TABLE kept AS SELECT * FROM registry_vendor WHERE id = %s", vendor.pk)
    by_sql_delete(vendor)
    sql("UPDATE kept SET name = 'Swapped'")
    sql("INSERT INTO registry_vendor SELECT * FROM kept")


def by_upsert(vendor: Vendor) -> None:
    sql(
        "INSERT INTO registry_vendor SELECT * FROM registry_vendor WHERE id = %s "
        "ON CONFLICT (id) DO UPDATE SET website = 'https://one.example'",
        vendor.pk,
    )


def by_merge(vendor: Vendor) -> None:
    sql(
        "MERGE INTO registry_vendor AS v USING (SELECT %s AS id) AS s ON v.id = s.id "
        "WHEN MATCHED THEN UPDATE SET website = 'https://one.example'",
        vendor.pk,
    )


def by_copy(vendor: Vendor) -> None:
    sql("CREATE TEMPORARY TABLE moved AS SELECT * FROM registry_vendor WHERE id = %s", vendor.pk)
    sql("UPDATE moved SET id = 901, name = 'Copied'")
    with connection.cursor() as cursor:
        with cursor.copy("COPY moved TO STDOUT") as out:
            content = b"".join(bytes(part) for part in out)
        with cursor.copy("COPY registry_vendor FROM STDIN") as into:
            into.write(content)


def by_common_table_expression(vendor: Vendor) -> None:
    sql(
        "WITH changed AS (UPDATE registry_vendor SET website = 'https://one.example' WHERE id = %s RETURNING id) "
        "SELECT count(*) FROM changed",
        vendor.pk,
    )


def by_a_session_that_claims_to_be_a_replica(vendor: Vendor) -> None:
    sql("SET LOCAL session_replication_role = replica")
    by_sql_update(vendor)


def by_a_block_of_procedural_code(vendor: Vendor) -> None:
    sql("DO $$ BEGIN UPDATE registry_vendor SET website = 'https://one.example'; END $$")
