"""Which workflows changed in what the counts of the register go by, for processes that hold those columns in memory."""

from collections.abc import Iterator

from django.db import models

from registry.kernel.ledger.triggers import trigger

COUNTED = (
    "packed", "is_watched", "next_review_date", "attestation_due_date", "attested_at", "gaps_missing",
    "gaps_more_after", "gaps_accepted_last", "gaps_late_after", "gaps_stale_after", "business_unit_id", "vendor_id",
    "tags", "custom", "seen", "stopped", "explained", "improved",
)  # fmt: skip
"""Columns; a change of any other leaves the counts as they are."""
_FUNCTION = """
CREATE OR REPLACE FUNCTION public.holdfast_register_{name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.registry_registerchange (workflow_id, transaction, at)
    VALUES ({which}, pg_current_xact_id()::text::bigint, clock_timestamp());
    RETURN NULL;
END $$"""


def statements() -> Iterator[str]:
    # One by one, since rows that are compared as a whole are written otherwise after a backup is restored.
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in COUNTED)
    for name, when, which, condition in (
        ("added", "AFTER INSERT", "NEW.id", ""),
        ("changed", "AFTER UPDATE", "NEW.id", changed),
        ("removed", "AFTER DELETE", "OLD.id", ""),
        ("emptied", "AFTER TRUNCATE", "NULL", ""),
    ):
        yield _FUNCTION.format(name=name, which=which)
        each = "ROW" if which != "NULL" else "STATEMENT"
        function = f"holdfast_register_{name}()"
        yield trigger(function[:-2], "registry_workflow", when, function, each=each, condition=condition)


class RegisterChange(models.Model):
    """Written by triggers, whoever made the change and however; only added, so that no writer waits for another.

    The transaction's number orders nothing; it tells a reader which changes it cannot have seen at its last look.
    """

    workflow_id = models.BigIntegerField(null=True)
    """No reference: a row here must never wait for a lock on a workflow. None: all of them."""
    transaction = models.BigIntegerField()
    at = models.DateTimeField()

    own_statements = staticmethod(statements)

    class Meta:
        indexes = [models.Index(fields=["transaction"], name="register_change_by_transaction")]

    def __str__(self) -> str:
        return f"{self.workflow_id} in {self.transaction}"
