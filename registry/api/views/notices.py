"""What the caller was told, and the workflows the caller watches."""

from typing import Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.serializers.notices import NoticeDetail, NoticesRead, WatchedMany, WatchedWorkflow, WatchMany
from registry.filters.notices import NoticeFilter
from registry.kernel.http.api import ListViewSet, ReadViewSet, whoever, writes
from registry.models import Notice, Workflow
from registry.policies.people import may_keep_own, may_read_notice
from registry.policies.workflows import may_see_register
from registry.services import notices as services
from registry.services import watches


class NoticeViewSet(ReadViewSet):
    """What the caller was told. What it says about a record that the caller may not see any more is kept back."""

    queryset = Notice.objects.all()
    serializer_class = NoticeDetail
    filterset_class = NoticeFilter
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return Notice.objects.filter(recipient=self.by)

    def paginate_queryset(self, queryset: Any) -> Any:
        return services.as_shown(super().paginate_queryset(queryset) or [], reader=self.by)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        shown = services.as_shown([self.get_object()], reader=self.by)
        return Response(self.get_serializer(shown[0]).data)

    @action(detail=True, methods=["post"])
    @writes(may_read_notice, None, NoticeDetail)
    def read(self, notice: Notice) -> Notice:
        """Mark it as read; the first reading counts."""
        services.mark_read(notice, by=self.by, at=self.at)
        return services.as_shown([self.get_object()], reader=self.by)[0]

    @action(detail=False, methods=["post"], url_path="read")
    @writes(whoever(may_keep_own), None, NoticesRead)
    def read_all(self) -> dict[str, int]:
        """Mark all as read."""
        return {"read": services.mark_all_read(by=self.by, at=self.at)}


class WatchViewSet(ListViewSet):
    """Workflows the caller is told of: their own, and those they chose. Muted ones among them."""

    queryset = Workflow.objects.none()
    serializer_class = WatchedWorkflow
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return watches.with_standing(watches.watched_by(self.by), self.by).defer("search")

    @writes(whoever(may_keep_own), WatchMany, WatchedMany)
    def create(self, given: dict[str, Any]) -> dict[str, int]:
        """Watch many at once."""
        return {"added": watches.watch_many(given["workflows"], by=self.by, at=self.at)}
