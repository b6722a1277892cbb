"""Finding what has a name by a part of it."""

import django_filters
from django.utils.translation import gettext_lazy as _


class NameFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", max_length=200, label=_("Name contains"))
