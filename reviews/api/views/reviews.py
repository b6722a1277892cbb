"""Post-incident reviews: started, written, submitted, decided by another person."""

from typing import Any

from django.utils import timezone
from rest_framework.decorators import action

from incidents.api.views.nested import seen_by
from incidents.models import Incident
from incidents.services import reading
from registry.api.serializers.refs import Reasoned
from registry.kernel.access.verdict import Verdict
from registry.kernel.http.api import PolicyViewSet, ReadViewSet, writes
from registry.models import User
from reviews.api.serializers.reviews import DecideReview, ReviewDetail, ReviewRow, WriteReview
from reviews.filters.reviews import ReviewFilter
from reviews.models import Review
from reviews.policies import reviews as policies
from reviews.policies.actions import writes as writing
from reviews.services import reviews as services

PEOPLE = ("incident", "author", "submitted_by", "decided_by")


def may_take_part(user: User, review: Review) -> Verdict:
    """Who is asked first; the services ask the rest, after whether the step fits the state at all."""
    return policies.may_see(user, review) & writing(user)


class ReviewQuery(ReviewFilter):
    """As on the page; the order is the cursor's."""

    sort = None


class ReviewViewSet(ReadViewSet):
    queryset = Review.objects.all()
    serializer_class = ReviewDetail
    serializer_classes = {"list": ReviewRow}
    filterset_class = ReviewQuery
    reads = staticmethod(policies.may_see_list)

    def visible(self) -> Any:
        return Review.objects.filter(incident__in=seen_by(self.by)).select_related(*PEOPLE)

    def get_object(self) -> Any:
        """That the review of a restricted incident was read goes on record."""
        found = super().get_object()
        if self.action == "retrieve":
            reading.opened(found.incident, by=self.by, at=timezone.now())
        return found

    @writes(policies.may_write, WriteReview, ReviewDetail)
    def partial_update(self, review: Review, given: dict[str, Any]) -> Review:
        """Save answers. Say which version was read; if it has moved on, both values come back (409)."""
        opened = given.pop("version")
        return services.save_answers(review, by=self.by, at=self.at, opened_version=opened, **given)

    @action(detail=True, methods=["post"])
    @writes(may_take_part, None, ReviewDetail)
    def submit(self, review: Review) -> Review:
        """Hand it to a second person."""
        return services.submit(review, by=self.by, at=self.at)

    @action(detail=True, methods=["post"])
    @writes(may_take_part, DecideReview, ReviewDetail)
    def decide(self, review: Review, given: dict[str, Any]) -> Review:
        """Approve it, or return it; by somebody who neither wrote nor submitted it."""
        return services.decide(review, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(may_take_part, Reasoned, ReviewDetail)
    def reopen(self, review: Review, given: dict[str, Any]) -> Review:
        return services.reopen(review, by=self.by, at=self.at, **given)


class StartReviewViewSet(PolicyViewSet):
    queryset = Incident.objects.all()
    serializer_class = ReviewDetail
    reads = staticmethod(policies.may_see_list)

    def visible(self) -> Any:
        return seen_by(self.by)

    @action(detail=True, methods=["post"])
    @writes(policies.may_start, None, ReviewDetail, status=201)
    def review(self, incident: Incident) -> Review:
        """Begin the review of an incident; one that was begun before is given back."""
        return services.start(incident, by=self.by, at=self.at)
