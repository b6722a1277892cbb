"""ASGI entry point: the control plane in front, then the hatch for what programs deliver, the site behind both."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from django.utils import timezone  # noqa: E402 (needs the settings, like those below)

from incidents.live.rooms import ROOMS  # noqa: E402
from registry.kernel.http.hatch import Hatch  # noqa: E402
from registry.kernel.http.lasting import Lasting  # noqa: E402
from registry.kernel.http.receiving import Site  # noqa: E402
from registry.ofrep import serving  # noqa: E402
from registry.services.broken_glass import record_waiting  # noqa: E402

application = serving.plane(Hatch(Lasting(Site())), record=lambda: record_waiting(at=timezone.now()), beside=ROOMS)
