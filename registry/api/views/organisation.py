"""Units, vendors, people, oneself, and one's notices."""

from typing import Any

from rest_framework import mixins
from rest_framework.decorators import action

from registry.api.serializers.organisation import (
    LimitAccess,
    Me,
    NoticeDetail,
    Person,
    PersonAccess,
    Unit,
    VendorDetail,
)
from registry.filters.names import NameFilter
from registry.kernel.http.api import PolicyViewSet, ReadViewSet, writes
from registry.models import BusinessUnit, Notice, User, Vendor
from registry.policies import people as policies
from registry.policies.workflows import may_see_register
from registry.services import people as services


class UnitViewSet(ReadViewSet):
    queryset = BusinessUnit.objects.all()
    serializer_class = Unit
    filterset_class = NameFilter
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return BusinessUnit.objects.all()


class VendorViewSet(ReadViewSet):
    queryset = Vendor.objects.all()
    serializer_class = VendorDetail
    filterset_class = NameFilter
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return Vendor.objects.all()


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


class MeViewSet(mixins.RetrieveModelMixin, PolicyViewSet):
    """The person whose token or session this is."""

    queryset = User.objects.all()
    serializer_class = Me
    reads = staticmethod(may_see_register)

    def get_object(self) -> Any:
        return self.by


class NoticeViewSet(ReadViewSet):
    """What the caller was told."""

    queryset = Notice.objects.all()
    serializer_class = NoticeDetail
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return Notice.objects.filter(recipient=self.by)
