"""Addresses of the intake."""

from rest_framework.routers import SimpleRouter

from intake.api.views.signals import DeliveryViewSet, ReceivedSignalViewSet, SightingViewSet
from intake.api.views.sources import SourceTokenViewSet, SourceViewSet

router = SimpleRouter(use_regex_path=False)
for prefix, viewset, name in (
    ("received-signals", ReceivedSignalViewSet, "received-signal"),
    ("received-signals/<int:received_signal_pk>/sightings", SightingViewSet, "signal-sighting"),
    ("signal-sources", SourceViewSet, "signal-source"),
    ("signal-source-tokens", SourceTokenViewSet, "signal-source-token"),
    ("signal-deliveries", DeliveryViewSet, "signal-delivery"),
):
    router.register(prefix, viewset, basename=name)

urlpatterns = router.urls
