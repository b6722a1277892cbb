"""Saved views of the register: one's own, and those that everyone sees; and watching them."""

from typing import Any

from django.http import QueryDict
from rest_framework.decorators import action

from registry.api.serializers.saved_views import ChangeView, RegisterViewDetail, SavedViewDetail, SaveView
from registry.filters.addresses import Address
from registry.filters.matching import workflows_of
from registry.kernel.http.api import ReadViewSet, whoever, writes
from registry.models import SavedView
from registry.policies.saved_views import may_change, may_save
from registry.policies.view_watches import may_watch_view
from registry.policies.workflows import may_see_register
from registry.services import saved_views as services
from registry.services import view_watches


class RegisterViewViewSet(ReadViewSet):
    queryset = SavedView.objects.all()
    serializer_class = RegisterViewDetail
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        views = services.usable(self.by, services.REGISTER).select_related("owner")
        return view_watches.with_watching(views, self.by)

    @writes(whoever(may_save), SaveView, SavedViewDetail, status=201)
    def create(self, given: dict[str, Any]) -> SavedView:
        given["query"] = self._plain(given["query"])
        return services.save(by=self.by, at=self.at, page=services.REGISTER, **given)

    @writes(may_change, ChangeView, SavedViewDetail)
    def partial_update(self, view: SavedView, given: dict[str, Any]) -> SavedView:
        """Another name, other filters, or shown to others."""
        if "query" in given:
            given["query"] = self._plain(given["query"])
        return services.change(view, by=self.by, at=self.at, **given)

    @writes(may_change, None, SavedViewDetail)
    def destroy(self, view: SavedView) -> SavedView:
        """Answers with the view that is gone."""
        services.delete(view, by=self.by, at=self.at)
        return view

    @action(detail=True, methods=["post"])
    @writes(may_watch_view, None, RegisterViewDetail)
    def watch(self, view: SavedView) -> SavedView:
        """Be told among the notices which workflows enter it and which leave."""
        view_watches.watch(view, by=self.by, at=self.at, matching=workflows_of)
        return self._again()

    @action(detail=True, methods=["post"])
    @writes(may_watch_view, None, RegisterViewDetail)
    def unwatch(self, view: SavedView) -> SavedView:
        view_watches.unwatch(view, by=self.by, at=self.at)
        return self._again()

    def _again(self) -> SavedView:
        """As it is read now."""
        view: SavedView = self.get_object()
        return view

    def _plain(self, query: str) -> str:
        return Address(QueryDict(query), self.request._request).plain
