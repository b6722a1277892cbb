"""Units, people and oneself."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.serializers.organisation import (
    HandedOver,
    HandOver,
    HoldingRow,
    LimitAccess,
    Me,
    Person,
    PersonAccess,
    SetDigest,
    Unit,
)
from registry.api.serializers.refs import Reasoned
from registry.filters.names import NameFilter
from registry.kernel.http.api import PolicyViewSet, ReadViewSet, whoever, writes
from registry.models import BusinessUnit, Succession, User
from registry.policies import people as policies
from registry.policies.workflows import may_see_register
from registry.services import people as services
from registry.services import succession
from registry.services.holdings import held_by
from registry.services.succession import Choice


class UnitViewSet(ReadViewSet):
    queryset = BusinessUnit.objects.all()
    serializer_class = Unit
    filterset_class = NameFilter
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return BusinessUnit.objects.all()


class PersonViewSet(ReadViewSet):
    """People stay listed when they leave; `is_active` says so."""

    queryset = User.objects.all()
    serializer_class = Person
    filterset_class = NameFilter
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return User.objects.all()

    @action(detail=True, methods=["post"])
    @writes(policies.may_limit, LimitAccess, PersonAccess)
    def access(self, person: User, given: dict[str, Any]) -> User:
        """Say until when the account is open, or with null that it has no end. Sessions and tokens end with it."""
        return services.set_access_until(person, by=self.by, at=self.at, **given)

    @extend_schema(responses=HoldingRow(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def holdings(self, request: Request, pk: int) -> Response:
        """What waits for this person: what would pass on if they left."""
        found = held_by(self.get_object(), seen_by=self.by)
        return Response(HoldingRow(found, many=True).data)

    @action(detail=True, methods=["post"])
    @writes(policies.may_deactivate, HandOver, HandedOver)
    def deactivate(self, person: User, given: dict[str, Any]) -> dict[str, Any]:
        """Close the account and hand over what the person answers for."""
        services.deactivate(person, by=self.by, at=self.at, **given)
        return self._handed(person)

    @action(detail=True, methods=["post"], url_path="hand-over")
    @writes(policies.may_hand_over, HandOver, HandedOver)
    def hand_over(self, person: User, given: dict[str, Any]) -> dict[str, Any]:
        """Hand over what somebody who has left still answers for."""
        reason = given.pop("reason")
        succession.hand_over(person, Choice(**given), by=self.by, at=self.at, reason=reason)
        return self._handed(person)

    @action(detail=True, methods=["post"])
    @writes(policies.may_reactivate, Reasoned, Person)
    def reactivate(self, person: User, given: dict[str, Any]) -> User:
        """Open the account again, without what it answered for."""
        return services.reactivate(person, by=self.by, at=self.at, **given)

    def _handed(self, person: User) -> dict[str, Any]:
        rows = Succession.objects.filter(person=person, at=self.at)
        return {
            "person": User.objects.get(pk=person.pk),
            "handed_over": rows.filter(successor__isnull=False).count(),
            "without_anybody": rows.filter(successor__isnull=True).count(),
        }


class MeViewSet(mixins.RetrieveModelMixin, PolicyViewSet):
    """The person whose token or session this is."""

    queryset = User.objects.all()
    serializer_class = Me
    reads = staticmethod(may_see_register)

    def get_object(self) -> Any:
        return self.by

    @action(detail=True, methods=["post"])
    @writes(whoever(policies.may_keep_own), SetDigest, Me)
    def digest(self, person: User, given: dict[str, Any]) -> User:
        """Say how often mail gathers what happens to watched workflows, and when."""
        return services.set_digest(person, **given)
