"""The filters of the register, for its page and the API alike."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from registry.capabilities import CAPABILITIES
from registry.filters.conditions import (
    NOT_TIERED,
    RETIRED_SHOWN,
    Asking,
    all_of,
    conditions,
    is_number,
    since,
    values_of,
)
from registry.filters.custom import definitions, filter_for, with_ranges
from registry.kernel.audit.asof import clock
from registry.models import CustomField, Workflow
from registry.models.workflow_words import Answer, Impact, Stage, Tier
from registry.searchtokens import Search, parse

REVIEW = [
    ("overdue", _("Overdue")),
    ("soon", _("Within 30 days")),
    ("later", _("Later")),
    ("none", _("Not set")),
]
OWNER = [
    ("me", _("Owned by me")),
    ("none", _("No active owner")),
    ("orphan", _("Running without owner")),
    ("gone", _("Names somebody who left")),
]
INCIDENT = [("open", _("Has an open incident"))]
WATCHED = [("yes", _("Watched by me")), ("no", _("Not watched by me"))]
BLIND = [("yes", _("Blind")), ("no", _("Not blind"))]
READY = [
    ("no", _("Not ready")),
    ("stale", _("Proof is stale")),
    ("yes", _("Ready")),
    ("none", _("Not judged or not asked")),
]
AGAIN = [("yes", _("Assess again"))]
AGAIN_CHOICES = [*AGAIN, ("no", _("Nothing asks for it"))]
GATE = [("yes", _("Approved to go live")), ("no", _("In production without an approval"))]
LACKS = [
    ("seen", _("seen")),
    ("stopped", _("stopped")),
    ("explained", _("explained")),
    ("improved", _("improved")),
]
GAP = [
    ("open", _("Has open gaps")),
    ("overdue", _("Has overdue gaps")),
    ("stale", _("Proof is stale")),
    ("accepted", _("Has accepted gaps")),
    ("ending", _("Lapses within 30 days")),
    ("none", _("Nothing missing")),
]
GAP_CHOICES = [*GAP, *((capability.key, capability.name) for capability in CAPABILITIES)]
"""In the address also one capability that is missing."""
DRIFT = [("yes", _("Drifting")), ("no", _("As approved")), ("none", _("No baseline"))]
ATTESTATION = [
    ("overdue", _("Attestation late")),
    ("open", _("Waited for")),
    ("done", _("Attested")),
    ("never", _("Never attested")),
]
TIER = [*Tier.choices, (NOT_TIERED, _("Not tiered"))]
NOT_SET = [("none", _("Not set"))]
RETIRED = [(RETIRED_SHOWN, _("Shown"))]


class ChoiceOrNumberField(forms.MultipleChoiceField):
    """The listed words, or primary keys, which are not looked up: an unknown one simply matches nothing."""

    def valid_value(self, value: Any) -> bool:
        return is_number(str(value)) or super().valid_value(value)


class WordsField(forms.MultipleChoiceField):
    """Any short words."""

    def valid_value(self, value: Any) -> bool:
        return len(str(value)) <= 40 and "\x00" not in str(value)


class SinceField(forms.CharField):
    """A day, or `7d` for the last seven days."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text and since(text, clock()) is None:
            raise ValidationError(_("Enter a day such as 2026-11-01, or a number of days such as 7d."))
        return text


class ChoiceOrNumberFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]
    field_class = ChoiceOrNumberField


class WordsFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]
    field_class = WordsField


class SinceFilter(django_filters.CharFilter):  # type: ignore[misc]
    field_class = SinceField


class WorkflowFilterSet(django_filters.FilterSet):  # type: ignore[misc]
    """What each filter means is in `conditions`; here is what may be asked."""

    q = django_filters.CharFilter(label=_("Search"), max_length=500)
    tier = django_filters.MultipleChoiceFilter(label=_("Risk tier"), choices=TIER)
    stage = django_filters.MultipleChoiceFilter(label=_("Stage"), choices=Stage.choices)
    unit = ChoiceOrNumberFilter(label=_("Business unit"), choices=NOT_SET)
    unit_name = django_filters.CharFilter(label=_("Business unit like"), max_length=200)
    vendor = ChoiceOrNumberFilter(label=_("Vendor"), choices=NOT_SET)
    vendor_name = django_filters.CharFilter(label=_("Vendor like"), max_length=200)
    owner = ChoiceOrNumberFilter(label=_("Owner"), choices=OWNER)
    owner_name = django_filters.CharFilter(label=_("Owner like"), max_length=150)
    impact = django_filters.MultipleChoiceFilter(label=_("Impact"), choices=Impact.choices)
    public = django_filters.MultipleChoiceFilter(label=_("Reaches the public"), choices=Answer.choices)
    personal = django_filters.MultipleChoiceFilter(label=_("Personal data"), choices=Answer.choices)
    review = django_filters.MultipleChoiceFilter(label=_("Next review"), choices=REVIEW)
    incident = django_filters.MultipleChoiceFilter(label=_("Incidents"), choices=INCIDENT)
    blind = django_filters.MultipleChoiceFilter(label=_("Signals"), choices=BLIND)
    watched = django_filters.MultipleChoiceFilter(label=_("Watching"), choices=WATCHED)
    ready = django_filters.MultipleChoiceFilter(label=_("Readiness"), choices=READY)
    lacks = django_filters.MultipleChoiceFilter(label=_("Not ready to be"), choices=LACKS)
    gate = django_filters.MultipleChoiceFilter(label=_("Gate"), choices=GATE)
    again = django_filters.MultipleChoiceFilter(label=_("Tier assessment"), choices=AGAIN_CHOICES)
    gap = django_filters.MultipleChoiceFilter(label=_("Gaps"), choices=GAP_CHOICES)
    drift = django_filters.MultipleChoiceFilter(label=_("Drift"), choices=DRIFT)
    attestation = django_filters.MultipleChoiceFilter(label=_("Attestation"), choices=ATTESTATION)
    tag = WordsFilter(label=_("Tag"))
    created = SinceFilter(label=_("Registered since"), max_length=10)
    changed = SinceFilter(label=_("Changed since"), max_length=10)
    retired = django_filters.MultipleChoiceFilter(label=_("Retired"), choices=RETIRED)

    class Meta:
        model = Workflow
        fields: list[str] = []

    def __init__(
        self,
        data: Any = None,
        queryset: QuerySet[Workflow] | None = None,
        *,
        request: HttpRequest | None = None,
        prefix: str | None = None,
    ) -> None:
        self.own = definitions()
        merged, self.search = with_tokens(data, self.own)
        self.had_ranges = with_ranges(merged, self.own)
        super().__init__(merged, queryset, request=request, prefix=prefix)
        for name, definition in self.own.items():
            self.filters[name] = filter_for(definition)

    @property
    def params(self) -> dict[str, list[str]]:
        """Filter → values, without what cannot be understood (see `errors`)."""
        return {
            name: values
            for name, values in values_of(self.data).items()
            if name in self.filters and name not in self.errors
        }

    @property
    def asking(self) -> Asking:
        return Asking(self.request.user, clock(), self.own)

    def filter_queryset(self, queryset: QuerySet[Workflow]) -> QuerySet[Workflow]:
        return queryset.filter(all_of(conditions(self.params, self.asking)))


def with_tokens(data: Any, own: Mapping[str, CustomField]) -> tuple[QueryDict, Search]:
    """The parameters with the filters typed into the search box moved to their own."""
    query = data.copy() if isinstance(data, QueryDict) else QueryDict(urlencode(data or {}, doseq=True), mutable=True)
    search = parse(query.get("q", ""), own)
    for name, value in search.filters:
        if value not in query.getlist(name):
            query.appendlist(name, value)
    if search.filters:
        query["q"] = search.words
    return query, search
