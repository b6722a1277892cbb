"""Evidence whose keeping has ended, and what becomes of it."""

from typing import Any

from rest_framework.decorators import action

from incidents.api.serializers.retention import KeepOn, RetentionRow, Review, WhyShort
from incidents.api.views.nested import seen_by
from incidents.filters.retention import RetentionFilter
from incidents.models import RetentionReview
from incidents.policies import retention as policies
from incidents.services import reading
from incidents.services import retention as services
from registry.kernel.http.api import ReadViewSet, writes

JOINS = ("evidence__incident", "proposed_by", "decided_by")


class RetentionReviewViewSet(ReadViewSet):
    """Reviews of evidence whose keeping has ended. A disposal is proposed by one person and confirmed by another."""

    queryset = RetentionReview.objects.all()
    serializer_class = Review
    serializer_classes = {"list": RetentionRow}
    filterset_class = RetentionFilter
    reads = staticmethod(policies.may_see_reviews)

    def visible(self) -> Any:
        return RetentionReview.objects.filter(evidence__incident__in=seen_by(self.by)).select_related(*JOINS)

    def get_object(self) -> Any:
        found = super().get_object()
        if self.action == "retrieve":
            reading.opened(found.evidence.incident, by=self.by, at=self.at)
            reading.pieces_shown([found.evidence_id], by=self.by, at=self.at)
        return found

    @action(detail=True, methods=["post"])
    @writes(policies.may_keep, KeepOn, Review)
    def keep(self, review: RetentionReview, given: dict[str, Any]) -> RetentionReview:
        """Keep it on until a day, on which it is reviewed again."""
        return self._again(services.keep_on(review, by=self.by, at=self.at, **given))

    @action(detail=True, methods=["post"])
    @writes(policies.may_propose, WhyShort, Review)
    def propose(self, review: RetentionReview, given: dict[str, Any]) -> RetentionReview:
        """Propose its disposal. Nothing is removed before a second person confirms."""
        return self._again(services.propose(review, by=self.by, at=self.at, **given))

    @action(detail=True, methods=["post"])
    @writes(policies.may_confirm, None, Review)
    def confirm(self, review: RetentionReview) -> RetentionReview:
        """Dispose of it. The row, its hash and its chain of custody stay."""
        return self._again(services.confirm(review, by=self.by, at=self.at))

    @action(detail=True, methods=["post"])
    @writes(policies.may_decline, WhyShort, Review)
    def decline(self, review: RetentionReview, given: dict[str, Any]) -> RetentionReview:
        """Decline a proposed disposal: it waits for a decision again."""
        return self._again(services.decline(review, by=self.by, at=self.at, **given))

    def _again(self, review: RetentionReview) -> RetentionReview:
        return RetentionReview.objects.select_related(*JOINS).get(pk=review.pk)
