"""The test run: local parts in a data folder of its own, cheap password hashing, no outside network."""

import os

from config.environment import ROOT

os.environ.setdefault("HOLDFAST_VAR", str(ROOT / "var" / "test"))

from config.settings.local import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SITE_URL = "http://testserver"
CELERY_TASK_ALWAYS_EAGER = False
LEDGER_GUARD = "raise"
