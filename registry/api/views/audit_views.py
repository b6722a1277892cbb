"""Saved views of the site-wide history: one's own, and those that everyone sees who reads it."""

from typing import Any

from django.http import QueryDict

from registry.api.serializers.saved_views import ChangeView, SavedViewDetail, SaveView
from registry.filters.audit import plain
from registry.kernel.http.api import ReadViewSet, writes
from registry.models import SavedView
from registry.policies.records import may_see_audit
from registry.policies.saved_views import may_change
from registry.services import saved_views as services


class AuditSavedViewSet(ReadViewSet):
    queryset = SavedView.objects.all()
    serializer_class = SavedViewDetail
    reads = staticmethod(may_see_audit)

    def visible(self) -> Any:
        return services.usable(self.by, services.AUDIT).select_related("owner")

    @writes(may_see_audit, SaveView, SavedViewDetail, status=201)
    def create(self, given: dict[str, Any]) -> SavedView:
        given["query"] = plain(QueryDict(given["query"]))
        return services.save(by=self.by, at=self.at, page=services.AUDIT, **given)

    @writes(may_change, ChangeView, SavedViewDetail)
    def partial_update(self, view: SavedView, given: dict[str, Any]) -> SavedView:
        """Another name, other filters, or shown to others."""
        if "query" in given:
            given["query"] = plain(QueryDict(given["query"]))
        return services.change(view, by=self.by, at=self.at, **given)

    @writes(may_change, None, SavedViewDetail)
    def destroy(self, view: SavedView) -> SavedView:
        """Answers with the view that is gone."""
        services.delete(view, by=self.by, at=self.at)
        return view
