"""Settings, chosen by HOLDFAST_MODE: `local` (embedded parts, the default) or `production` (environment only).

A DATABASE_URL without a mode means production, so that nobody runs against a real database with local settings
by accident.
"""

from config.environment import refuse, text

MODE = text("HOLDFAST_MODE") or ("production" if text("DATABASE_URL") else "local")

if MODE == "local":
    from config.settings.local import *  # noqa: F403
elif MODE == "production":
    from config.settings.production import *  # noqa: F403
else:
    refuse(f"HOLDFAST_MODE must be local or production, not {MODE!r}.")
