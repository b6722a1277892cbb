"""ASGI entry point: the control plane in front, the site behind it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from django.utils import timezone  # noqa: E402 (needs the settings, like those below)

from incidents.live.rooms import ROOMS  # noqa: E402
from registry.kernel.http.lasting import Lasting  # noqa: E402
from registry.kernel.http.receiving import Site  # noqa: E402
from registry.ofrep import serving  # noqa: E402
from registry.services.broken_glass import record_waiting  # noqa: E402

application = serving.plane(Lasting(Site()), record=lambda: record_waiting(at=timezone.now()), beside=ROOMS)
