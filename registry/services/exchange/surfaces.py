"""Surfaces as files, and their versions: recorded, never edited."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.models import Surface, SurfaceVersion, User, Workflow
from registry.policies.imports import may_import_records
from registry.services import surfaces as services
from registry.services.drifting import follow
from registry.services.exchange.columns import Column, yes_no
from registry.services.exchange.kinds import Given, RecordKind, workflow_columns
from registry.services.exchange.writing import adds, take_back_of_workflow
from registry.sheets.fields import Kind


def _surfaces(_user: User) -> QuerySet[Surface]:
    rows = Surface.objects.select_related("workflow", "current", "known_good").defer("workflow__search")
    return rows.order_by("workflow", "pk")


def _versions(_user: User) -> QuerySet[SurfaceVersion]:
    rows = SurfaceVersion.objects.select_related("surface__workflow", "recorded_by").defer("surface__workflow__search")
    return rows.order_by("surface__workflow", "surface", "changed_at", "pk")


def _record_version(given: Given) -> SurfaceVersion:
    values = dict(given.values)
    kind, name = values.pop("kind"), values.pop("surface")
    surface = given.of_workflow.surfaces.filter(kind=kind, name=name).first()
    if surface is None:
        raise ValidationError({"surface": gettext("This workflow has no such surface. Import its surfaces first.")})
    return services.record_version(surface, by=given.by, at=given.at, **values)


def _never(_record: Any, given: Given) -> Any:
    sentence = gettext("A version is never edited: give the new one a label of its own.")
    raise ValidationError(dict.fromkeys(given.values, sentence))


def _take_version_back(version: SurfaceVersion, given: Given) -> None:
    """The version in use before it is in use again."""
    workflow = Workflow.objects.select_for_update().get(pk=version.surface.workflow_id)
    surface = Surface.objects.select_for_update(of=("self",)).get(pk=version.surface_id)
    if surface.current_id == version.pk:
        surface.current = surface.versions.exclude(pk=version.pk).first()
        surface.version += 1
        surface.save()
    version.delete()
    follow(workflow, at=given.at)


SURFACES = RecordKind(
    key="surfaces",
    label=_("Surfaces"),
    model=Surface,
    rows=_surfaces,
    may=may_import_records,
    add=adds(services.add_surface),
    edit=_never,
    take_back=take_back_of_workflow,
    url=lambda surface: reverse("workflow-surfaces", args=[surface.workflow_id]),
    workflow_path="workflow",
    columns=(
        *workflow_columns(lambda s: s.workflow),
        Column("kind", _("Kind"), lambda s: s.kind, Kind.CHOICE, Surface.Kind.choices, is_key=True, is_required=True),
        Column("name", _("Name"), lambda s: s.name, is_key=True, is_required=True),
        Column("current", _("Version in use"), lambda s: s.current.label if s.current else "", is_shown_only=True),
        Column(
            "known_good",
            _("Known to be good"),
            lambda s: s.known_good.label if s.known_good else "",
            is_shown_only=True,
        ),
        yes_no("is_active", _("In use"), lambda s: s.is_active, is_shown_only=True),
    ),
)

VERSIONS = RecordKind(
    key="surface-versions",
    label=_("Versions of surfaces"),
    model=SurfaceVersion,
    rows=_versions,
    may=may_import_records,
    add=_record_version,
    edit=_never,
    take_back=_take_version_back,
    own_parts=(Surface,),
    url=lambda version: reverse("workflow-surfaces", args=[version.surface.workflow_id]),
    workflow_path="surface__workflow",
    columns=(
        *workflow_columns(lambda v: v.surface.workflow),
        Column(
            "kind",
            _("Kind"),
            lambda v: v.surface.kind,
            Kind.CHOICE,
            Surface.Kind.choices,
            is_key=True,
            is_required=True,
        ),
        Column("surface", _("Surface"), lambda v: v.surface.name, headings=("name",), is_key=True, is_required=True),
        Column("label", _("Version"), lambda v: v.label, is_key=True, is_required=True),
        Column("digest", _("Digest"), lambda v: v.digest, headings=("hash", "sha256")),
        Column("source_url", _("Source"), lambda v: v.source_url, headings=("url", "link")),
        Column("note", _("What changed"), lambda v: v.note, Kind.TEXT, headings=("changes",)),
        Column("author", _("Author"), lambda v: v.author),
        Column("changed_at", _("In use since"), lambda v: v.changed_at, Kind.MOMENT, headings=("date",)),
        Column("recorded_by", _("Recorded by"), lambda v: v.recorded_by.name, is_shown_only=True),
        Column("recorded_at", _("Recorded"), lambda v: v.recorded_at, is_shown_only=True),
        Column("known_good_at", _("Known to be good since"), lambda v: v.known_good_at, is_shown_only=True),
        Column("known_good_note", _("How it was proven"), lambda v: v.known_good_note, is_shown_only=True),
    ),
)
