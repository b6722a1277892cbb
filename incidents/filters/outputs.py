"""Which outputs a list shows: the same questions for the page, the API and whatever is done with many at once."""

from typing import TYPE_CHECKING, Any

import django_filters
from django.utils.translation import gettext_lazy as _

from incidents.affected import Decision, Moved, Remedy
from incidents.models import AffectedOutput

if TYPE_CHECKING:
    from django.db.models import QuerySet

    Rows = QuerySet[AffectedOutput]

OWED = [("yes", _("Owed")), ("done", _("Done"))]


class OutputFilter(django_filters.FilterSet):  # type: ignore[misc]
    decision = django_filters.MultipleChoiceFilter(choices=Decision.choices())
    moved = django_filters.MultipleChoiceFilter(choices=Moved.choices())
    remedy = django_filters.MultipleChoiceFilter(choices=Remedy.choices())
    owed = django_filters.ChoiceFilter(choices=OWED, method="put_right", label=_("Put right"))
    reviewer = django_filters.CharFilter(method="for_reviewer", label=_("Reviewer"))
    segment = django_filters.CharFilter(field_name="segment", label=_("Segment"))
    sample = django_filters.ChoiceFilter(choices=[("yes", _("In the sample"))], method="in_sample", label=_("Sample"))
    q = django_filters.CharFilter(method="beginning", label=_("Beginning of the id"))

    class Meta:
        model = AffectedOutput
        fields: list[str] = []

    def put_right(self, rows: "Rows", _name: str, value: str) -> "Rows":
        return rows.owed() if value == "yes" else rows.filter(remedied_at__isnull=False)  # type: ignore[attr-defined]

    def for_reviewer(self, rows: "Rows", _name: str, value: str) -> "Rows":
        """Number of a person, `me`, or `nobody`."""
        if value == "nobody":
            return rows.filter(decision=Decision.UNDECIDED, share__isnull=True)
        number = str(self.request.user.pk) if value == "me" and self.request else value
        return rows.filter(share__person=int(number)) if number.isdigit() and len(number) < 18 else rows.none()

    def in_sample(self, rows: "Rows", _name: str, _value: str) -> "Rows":
        return rows.filter(sample__isnull=False)

    def beginning(self, rows: "Rows", _name: str, words: str) -> "Rows":
        found: Any = rows
        return found.starting_with(words.strip()) if words.strip() else rows
