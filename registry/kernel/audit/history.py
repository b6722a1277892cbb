"""The readable history of every record: django-simple-history, set up so that it stays true when people leave."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import models, transaction
from simple_history.models import HistoricalRecords

from registry.kernel.audit.context import current


class HistoryContext(models.Model):
    """Columns every history row carries beside the record itself."""

    history_origin = models.CharField(max_length=10, default="UNKNOWN")
    history_unit_id = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.take_context()
        super().save(*args, **kwargs)

    def take_context(self) -> None:
        """Who, why and whence come from the acting block unless the writer gave them."""
        acting = current()
        if self.history_origin == "UNKNOWN":
            self.history_origin = str(acting.origin)
            self.history_unit_id = acting.unit_id
        row: Any = self
        if row.history_user_id is None:
            row.history_user_id = acting.user_id
        if not row.history_change_reason:
            row.history_change_reason = acting.reason


def _person(historical_instance: Any, **_: object) -> Any:
    if historical_instance.history_user_id is None:
        return None
    return get_user_model()._default_manager.filter(pk=historical_instance.history_user_id).first()


def _set_person(historical_instance: Any, user: Any, **_: object) -> None:
    historical_instance.history_user_id = user.pk if user is not None else None


def _acting_person(**_: object) -> None:
    """The acting block names the person by number; simple-history's own request lookup is not used."""
    return


def recorded(**options: Any) -> HistoricalRecords:
    """History for one model. The person is a plain number, so that a leaving person touches no history row."""
    return HistoricalRecords(
        history_id_field=models.BigAutoField(primary_key=True),
        history_change_reason_field=models.TextField(blank=True, default=""),
        history_user_id_field=models.BigIntegerField(null=True, blank=True),
        history_user_getter=_person,
        history_user_setter=_set_person,
        get_user=_acting_person,
        bases=[HistoryContext],
        **options,
    )


class Whole(models.Model):
    """A record and its history row are one write: without a transaction around, a crash could part them."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            return super().delete(*args, **kwargs)


class Recorded(Whole):
    """Base of every model whose rows people or tasks change: history comes with it."""

    history = recorded(inherit=True)

    class Meta:
        abstract = True
