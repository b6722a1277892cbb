"""Owners and tags of workflows as files: who answers for each, and under which words it is found."""

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from registry.models import User, Workflow
from registry.policies.imports import may_import_records
from registry.services import tags as tag_names
from registry.services import workflows as services
from registry.services.exchange.columns import Column, person
from registry.services.exchange.kinds import Given, RecordKind, workflow_columns
from registry.services.exchange.writing import edits
from registry.sheets.fields import Kind


def _rows(user: User) -> QuerySet[Workflow]:
    rows = Workflow.objects.visible_to(user).select_related("business_owner", "technical_owner", "deputy")
    return rows.defer("search").order_by("pk")


def _edit(workflow: Workflow, given: Given) -> Model:
    if "tags" in given.values:
        given = replace(given, values={**given.values, "tags": [_checked(tag) for tag in given.values["tags"]]})
    return edits(services.edit)(workflow, given)


def _checked(tag: str) -> str:
    try:
        return tag_names.checked(tag)
    except ValidationError as refused:
        raise ValidationError({"tags": refused.messages}) from refused


ASSIGNMENTS = RecordKind(
    key="owners-and-tags",
    label=_("Owners and tags"),
    model=Workflow,
    rows=_rows,
    may=may_import_records,
    edit=_edit,
    workflow_path="pk",
    columns=(
        *workflow_columns(lambda w: w),
        person(
            "business_owner", _("Business owner’s address"), lambda w: w.business_owner, headings=("business owner",)
        ),
        person(
            "technical_owner",
            _("Technical owner’s address"),
            lambda w: w.technical_owner,
            headings=("technical owner",),
        ),
        person("deputy", _("Deputy’s address"), lambda w: w.deputy, headings=("deputy",)),
        Column("tags", _("Tags"), lambda w: list(w.tags), Kind.LIST, headings=("labels",)),
    ),
)
