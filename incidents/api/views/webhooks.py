"""Addresses outside that are told of incidents, and what was sent to them."""

from typing import Any

from rest_framework.decorators import action

from incidents.api.serializers.webhooks import (
    AddEndpoint,
    ChangeEndpoint,
    Delivery,
    DeliveryRow,
    Endpoint,
    NewSecret,
    ReplaceSecret,
    SentAgain,
    Since,
)
from incidents.filters.webhooks import WebhookDeliveryFilter
from incidents.models import WebhookDelivery, WebhookEndpoint
from incidents.policies import webhooks as policies
from incidents.services import reading
from incidents.services import webhook_endpoints as services
from incidents.services import webhook_redelivery as again
from registry.api.serializers.refs import Reasoned
from registry.kernel.http.api import ReadViewSet, whoever, writes


class WebhookViewSet(ReadViewSet):
    """Endpoints. What signs their messages is in no answer but the one that gives it out."""

    queryset = WebhookEndpoint.objects.all()
    serializer_class = Endpoint
    reads = staticmethod(policies.may_see_endpoints)

    def visible(self) -> Any:
        return WebhookEndpoint.objects.select_related("owner", "restricted_by", "standing")

    @writes(policies.may_manage, AddEndpoint, NewSecret, status=201, repeatable=True)
    def create(self, given: dict[str, Any]) -> WebhookEndpoint:
        """Add an endpoint. It hears of what happens from now on. Its secret is in this answer and nowhere else."""
        return _shown(*services.add(by=self.by, at=self.at, **given))

    @writes(policies.may_manage, ChangeEndpoint, Endpoint)
    def partial_update(self, endpoint: WebhookEndpoint, given: dict[str, Any]) -> WebhookEndpoint:
        opened = given.pop("version")
        return services.change(endpoint, by=self.by, at=self.at, opened_version=opened, **given)

    @action(detail=True, methods=["post"], url_path="replace-secret")
    @writes(policies.may_manage, ReplaceSecret, NewSecret, repeatable=True)
    def replace_secret(self, endpoint: WebhookEndpoint, given: dict[str, Any]) -> WebhookEndpoint:
        """A new secret. For `overlap` messages bear the signatures of both."""
        return _shown(*services.replace_secret(endpoint, by=self.by, at=self.at, **given))

    @action(detail=True, methods=["post"], url_path="switch-on")
    @writes(policies.may_manage, Reasoned, Endpoint)
    def switch_on(self, endpoint: WebhookEndpoint, given: dict[str, Any]) -> WebhookEndpoint:
        return services.switch(endpoint, by=self.by, at=self.at, on=True, **given)

    @action(detail=True, methods=["post"], url_path="switch-off")
    @writes(policies.may_manage, Reasoned, Endpoint)
    def switch_off(self, endpoint: WebhookEndpoint, given: dict[str, Any]) -> WebhookEndpoint:
        """Nothing is sent there any more, and what still waits is given up."""
        return services.switch(endpoint, by=self.by, at=self.at, on=False, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_manage, Reasoned, Endpoint)
    def resume(self, endpoint: WebhookEndpoint, given: dict[str, Any]) -> WebhookEndpoint:
        """Go on with an endpoint that was paused because nothing arrived."""
        return services.resume(endpoint, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="let-hear-restricted")
    @writes(policies.may_let_hear, Reasoned, Endpoint)
    def let_hear_restricted(self, endpoint: WebhookEndpoint, given: dict[str, Any]) -> WebhookEndpoint:
        return services.let_hear_restricted(endpoint, by=self.by, at=self.at, allowed=True, **given)

    @action(detail=True, methods=["post"], url_path="keep-restricted-from")
    @writes(policies.may_let_hear, Reasoned, Endpoint)
    def keep_restricted_from(self, endpoint: WebhookEndpoint, given: dict[str, Any]) -> WebhookEndpoint:
        return services.let_hear_restricted(endpoint, by=self.by, at=self.at, allowed=False, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_manage, None, DeliveryRow, status=201)
    def test(self, endpoint: WebhookEndpoint) -> WebhookDelivery:
        """Send a message that says nothing of any incident."""
        return again.send_test(endpoint, by=self.by, at=self.at)

    @action(detail=True, methods=["post"], url_path="send-again")
    @writes(whoever(policies.may_send_again), Since, SentAgain)
    def send_again(self, endpoint: WebhookEndpoint, given: dict[str, Any]) -> dict[str, int]:
        """Everything that has failed or was given up since then, each with the id it had."""
        return {"events": again.redeliver_failed(endpoint, by=self.by, at=self.at, **given)}


class WebhookDeliveryViewSet(ReadViewSet):
    """What was sent, the newest first, for 90 days; without what concerns incidents the caller may not see."""

    queryset = WebhookDelivery.objects.all()
    serializer_class = Delivery
    serializer_classes = {"list": DeliveryRow}
    filterset_class = WebhookDeliveryFilter
    reads = staticmethod(policies.may_see_endpoints)

    def visible(self) -> Any:
        rows = again.visible_deliveries(self.by).select_related("endpoint", "incident")
        return rows.defer("body") if self.action == "list" else rows.prefetch_related("tries")

    def get_object(self) -> Any:
        """That one of a restricted incident was read goes on record."""
        found = super().get_object()
        if self.action == "retrieve" and found.incident is not None:
            reading.opened(found.incident, by=self.by, at=self.at)
        return found

    @action(detail=True, methods=["post"], url_path="send-again")
    @writes(policies.may_redeliver, None, DeliveryRow)
    def send_again(self, delivery: WebhookDelivery) -> WebhookDelivery:
        """The same event with the same id, whether or not it arrived."""
        return again.redeliver(delivery, by=self.by, at=self.at)


def _shown(endpoint: WebhookEndpoint, secret: str) -> WebhookEndpoint:
    endpoint.secret = secret  # type: ignore[attr-defined]
    return endpoint
