"""More time for an action item: asked for by one person, decided by another."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework.decorators import action

from registry.kernel.http.api import ReadViewSet, writes
from reviews.api.serializers.actions import AskMoreTime, DecideMoreTime, MoreTime
from reviews.models import ActionItem, Extension
from reviews.policies import actions as policies
from reviews.services import extensions as services
from reviews.services import reading


class ExtensionViewSet(ReadViewSet):
    queryset = Extension.objects.all()
    serializer_class = MoreTime
    reads = staticmethod(policies.may_see_list)

    def parent(self) -> ActionItem:
        seen = ActionItem.objects.visible_to(self.by)
        found: ActionItem = get_object_or_404(seen.select_related("incident"), pk=self.kwargs["action_pk"])
        return found

    def visible(self) -> Any:
        item = self.parent()
        reading.opened(item, by=self.by, at=self.at)
        return Extension.objects.filter(action=item).select_related("action__incident", "asked_by", "decided_by")

    @writes(policies.may_ask_extension, AskMoreTime, MoreTime, status=201)
    def create(self, item: ActionItem, given: dict[str, Any]) -> Extension:
        """Ask for a later date. The old one counts until somebody grants the new one."""
        return services.ask_extension(item, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_decide_extension, DecideMoreTime, MoreTime)
    def decide(self, extension: Extension, given: dict[str, Any]) -> Extension:
        return services.decide_extension(extension, by=self.by, at=self.at, **given)
