"""Inventories brought in: uploaded, tried, applied as one, undone as one."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample
from rest_framework.decorators import action

from registry.api.serializers.change_sets import UndoChanges
from registry.api.serializers.imports import ImportDetail, ImportRef, Row, TryImport, Upload
from registry.kernel.http.api import FILES, JSON, ListViewSet, ReadViewSet, writes
from registry.models import ChangeSet, ImportRow
from registry.policies import imports as policies
from registry.services import change_sets
from registry.services import importing as services
from registry.services.exchange import WORKFLOWS, kind_of
from registry.services.importing.choosing import guessed

SHIPPED = OpenApiExample("A shipped mapping", value={"mapping": "federal-2024"}, request_only=True)


class ImportViewSet(ReadViewSet):
    queryset = ChangeSet.objects.all()
    serializer_class = ImportDetail
    serializer_classes = {"list": ImportRef}
    filterset_fields = ["status", "of"]
    reads = staticmethod(policies.may_see_imports)
    parser_classes = FILES

    def visible(self) -> Any:
        people = ("asked_by", "applied_by", "undone_by")
        return ChangeSet.objects.imports().visible_to(self.by).select_related("file", "mapping", *people)

    @writes(policies.may_import_records, Upload, ImportDetail, status=201)
    def create(self, given: dict[str, Any]) -> ChangeSet:
        """Upload a file. Nothing in the register changes before it is tried and applied."""
        file = given.pop("file")
        return services.receive(by=self.by, at=self.at, upload=file, filename=str(file.name), **given)

    @action(detail=True, methods=["post"], url_path="try", parser_classes=JSON)
    @writes(policies.may_deal_with, TryImport, ImportDetail, examples=[SHIPPED])
    def try_out(self, change_set: ChangeSet, given: dict[str, Any]) -> ChangeSet:
        """Say what applying would do. An earlier trial is replaced."""
        mapping = _mapping(change_set, given["mapping"])
        trial = services.try_out(change_set, mapping, by=self.by, at=self.at, take_file=given["take_file"])
        return trial.change_set

    @action(detail=True, methods=["post"], parser_classes=JSON)
    @writes(policies.may_deal_with, None, ImportDetail, repeatable=True)
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
    @writes(policies.may_deal_with, None, ImportDetail)
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
            change_set=get_object_or_404(ChangeSet.objects.imports().visible_to(self.by), pk=self.kwargs["import_pk"])
        )


def _mapping(change_set: ChangeSet, name: str) -> Mapping[str, Any]:
    """The mapping of this name; without a name what the headings suggest."""
    kind = kind_of(change_set.of)
    if not name and kind is not None:
        return guessed(services.open_received(change_set), change_set.filename, kind)
    try:
        known = services.known(name)
    except LookupError as unknown:
        raise ValidationError({"mapping": _("There is no mapping of this name.")}) from unknown
    if known.definition.get("of", WORKFLOWS) != change_set.of:
        raise ValidationError({"mapping": _("This mapping is for other records.")})
    return known.definition
