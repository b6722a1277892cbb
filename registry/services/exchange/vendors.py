"""Vendors as files."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.models import Vendor
from registry.policies import vendors as policies
from registry.services import vendors as services
from registry.services.exchange.columns import Column, person
from registry.services.exchange.kinds import Given, RecordKind
from registry.services.exchange.writing import edits
from registry.sheets.fields import Kind


def _add(given: Given) -> Vendor:
    return services.add(by=given.by, at=given.at, reason=given.reason, **given.values)


def _take_back(vendor: Vendor, _given: Given) -> None:
    vendor.delete()


def _figure(name: str) -> Any:
    """A number that only the list of vendors works out."""
    return lambda vendor: getattr(vendor, name, None)


VENDORS = RecordKind(
    key="vendors",
    label=_("Vendors"),
    model=Vendor,
    rows=lambda user: Vendor.objects.visible_to(user).select_related("owner").order_by("name", "pk"),
    may=policies.may_add,
    add=_add,
    edit=edits(services.edit),
    take_back=_take_back,
    ignores_case=True,
    columns=(
        Column("name", _("Vendor"), lambda v: v.name, headings=("name", "supplier"), is_key=True, is_required=True),
        Column("website", _("Website"), lambda v: v.website, headings=("url", "homepage")),
        Column("supplies", _("What it supplies"), lambda v: v.supplies, Kind.TEXT),
        Column("owner_name", _("Owner of the relation"), lambda v: v.owner.name if v.owner else "", is_shown_only=True),
        person("owner", _("Owner’s address"), lambda v: v.owner, headings=("owner email",)),
        Column("answers_due_date", _("Answers due"), lambda v: v.answers_due_date, Kind.DATE),
        Column("workflows", _("Workflows"), _figure("used"), is_shown_only=True),
        Column("highest_tier", _("Highest tier"), _figure("worst"), is_shown_only=True),
        Column("open_questions", _("Open questions"), _figure("still_open"), is_shown_only=True),
        Column("answers_to_judge", _("Answers to judge"), _figure("to_judge"), is_shown_only=True),
        Column("expired_answers", _("Expired answers"), _figure("expired"), is_shown_only=True),
        Column("next_answer_ends", _("Next answer ends"), _figure("next_end"), is_shown_only=True),
    ),
)
