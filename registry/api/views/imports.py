"""Inventories brought in: uploaded, tried, applied as one, undone as one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample
from rest_framework.decorators import action

from registry.api.serializers.change_sets import UndoChanges
from registry.api.serializers.imports import ImportDetail, ImportRef, Row, TryImport, Upload
from registry.kernel.http.api import FILES, JSON, ListViewSet, ReadViewSet, whoever, writes
from registry.models import ChangeSet, ImportRow
from registry.policies import imports as policies
from registry.services import change_sets
from registry.services import importing as services

SHIPPED = OpenApiExample("A shipped mapping", value={"mapping": "federal-2024"}, request_only=True)


class ImportViewSet(ReadViewSet):
    queryset = ChangeSet.objects.all()
    serializer_class = ImportDetail
    serializer_classes = {"list": ImportRef}
    filterset_fields = ["status"]
    reads = staticmethod(policies.may_see_imports)
    parser_classes = FILES

    def visible(self) -> Any:
        return ChangeSet.objects.imports().select_related("file", "mapping", "asked_by", "applied_by", "undone_by")

    @writes(policies.may_import, Upload, ImportDetail, status=201)
    def create(self, given: dict[str, Any]) -> ChangeSet:
        """Upload a file. Nothing in the register changes before it is tried and applied."""
        file = given["file"]
        return services.receive(by=self.by, at=self.at, upload=file, filename=str(file.name))

    @action(detail=True, methods=["post"], url_path="try", parser_classes=JSON)
    @writes(whoever(policies.may_import), TryImport, ImportDetail, examples=[SHIPPED])
    def try_out(self, change_set: ChangeSet, given: dict[str, Any]) -> ChangeSet:
        """Say what applying would do. An earlier trial is replaced."""
        try:
            mapping = services.known(given["mapping"])
        except LookupError as unknown:
            raise ValidationError({"mapping": _("There is no mapping of this name.")}) from unknown
        trial = services.try_out(change_set, mapping.definition, by=self.by, at=self.at, take_file=given["take_file"])
        return trial.change_set

    @action(detail=True, methods=["post"], parser_classes=JSON)
    @writes(whoever(policies.may_import), None, ImportDetail, repeatable=True)
    def apply(self, change_set: ChangeSet) -> ChangeSet:
        """Do what the trial said, or nothing: when the register moved on since, it is tried again instead (409)."""
        return services.apply(change_set, by=self.by, at=self.at)

    @action(detail=True, methods=["post"], parser_classes=JSON)
    @writes(policies.may_undo, UndoChanges, ImportDetail)
    def undo(self, change_set: ChangeSet, given: dict[str, Any]) -> ChangeSet:
        """All of it, or nothing (409) where something moved on, unless that is to be left out."""
        change_sets.undo(change_set, by=self.by, at=self.at, **given)
        return ChangeSet.objects.select_related("file").get(pk=change_set.pk)

    @action(detail=True, methods=["post"], parser_classes=JSON)
    @writes(whoever(policies.may_import), None, ImportDetail)
    def discard(self, change_set: ChangeSet) -> ChangeSet:
        return services.discard(change_set, by=self.by, at=self.at)


class ImportRowViewSet(ListViewSet):
    """The rows of a change-set as they stood in the file, and what became of each."""

    queryset = ImportRow.objects.all()
    serializer_class = Row
    filterset_fields = ["outcome"]
    reads = staticmethod(policies.may_see_imports)

    def visible(self) -> Any:
        return ImportRow.objects.filter(
            change_set=get_object_or_404(ChangeSet.objects.imports(), pk=self.kwargs["import_pk"])
        )
