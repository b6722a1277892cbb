"""Where each source sends to. No secret stands in an address."""

from django.conf import settings
from django.urls import reverse

from intake.kinds import SourceKind
from intake.models import SignalSource


def address_of(source: SignalSource) -> str:
    if source.kind == SourceKind.PAGERDUTY:
        path = reverse("signal-in-pagerduty")
    else:
        path = reverse("signal-in", args=[source.speaks.slug, source.public_id])
    return str(settings.SITE_URL).rstrip("/") + path
