"""ASGI entry point."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from registry.kernel.http.receiving import Site  # noqa: E402 (needs the settings)

application = Site()
