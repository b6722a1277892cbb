"""Which imports somebody may look at, and what each brings in."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from registry.models import ChangeSet
from registry.services.exchange import kind_of
from registry.views.requests import SignedInRequest


def found_import(request: SignedInRequest, pk: int) -> ChangeSet:
    """One of those the person may see; the others do not exist for them."""
    return get_object_or_404(
        ChangeSet.objects.imports().visible_to(request.user).select_related("file", "mapping"), pk=pk
    )


def word_for(of: str) -> str:
    """What the rows of an import are about."""
    kind = kind_of(of)
    return str(kind.label) if kind else _("Workflows")
