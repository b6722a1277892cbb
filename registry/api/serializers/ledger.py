"""The state of the ledger, who has seen it, and what the standing check found."""

from typing import Any

from rest_framework import serializers

from registry.kernel.ledger.models import IntegrityCheck, Receipt
from registry.reports.ledger import Standing


class LedgerCheckpoint(serializers.Serializer[Any]):
    origin = serializers.CharField()
    size = serializers.IntegerField()
    root = serializers.CharField(help_text="Hex.")  # type: ignore[assignment]
    signed_at = serializers.DateTimeField()
    note = serializers.CharField(help_text="The signed note, as C2SP writes it.")


class LedgerSequencer(serializers.Serializer[Any]):
    """A process that gives entries their places."""

    name = serializers.CharField()
    at = serializers.DateTimeField()
    trouble = serializers.CharField()
    is_well = serializers.BooleanField()


class LedgerState(serializers.Serializer[Any]):
    """How far the ledger is, and whether it is being sealed."""

    size = serializers.IntegerField(source="state.size")
    waiting = serializers.IntegerField(source="state.waiting", help_text="Entries without a place, up to 10,000.")
    lag = serializers.SerializerMethodField(help_text="Seconds since the oldest of them was written.")
    is_sealing = serializers.BooleanField()
    trouble = serializers.CharField()
    past_application = serializers.IntegerField(help_text="Entries that came past the application, up to 1,000.")
    checkpoint = LedgerCheckpoint(source="state.last", allow_null=True)
    sequencers = LedgerSequencer(many=True)
    guards_are_as_sealed = serializers.SerializerMethodField()
    keys = serializers.SerializerMethodField(help_text="Every key that ever signed a checkpoint, as vkey.")

    def get_lag(self, standing: Standing) -> float:
        return standing.state.lag.total_seconds()

    def get_guards_are_as_sealed(self, standing: Standing) -> bool:
        return bool(self.context["guards"].are_as_sealed)

    def get_keys(self, standing: Standing) -> list[str]:
        keys: list[str] = self.context["keys"]
        return keys


class LedgerReceipt(serializers.ModelSerializer[Receipt]):
    """One checkpoint handed to one witness outside."""

    size = serializers.IntegerField(source="checkpoint_id", help_text="Of the checkpoint.")
    has_answer = serializers.SerializerMethodField(help_text="Whether `answer/` has something to give.")

    class Meta:
        model = Receipt
        fields = ["id", "witness", "size", "attempts", "tried_at", "sent_at", "failure", "has_answer"]
        read_only_fields = fields

    def get_has_answer(self, receipt: Receipt) -> bool:
        return bool(receipt.answer)


class LedgerCheck(serializers.ModelSerializer[IntegrityCheck]):
    """One run of the standing check. While `finished_at` is null it goes on, piece by piece."""

    findings = serializers.ListField(child=serializers.CharField(), help_text="The first hundred, in sentences.")

    class Meta:
        model = IntegrityCheck
        fields = ["id", "subject", "started_at", "finished_at", "examined", "findings_count", "findings"]
        read_only_fields = fields
