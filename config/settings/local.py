"""Embedded parts: a private PostgreSQL and a file-system broker in the data folder. For one machine only."""

from pathlib import Path

from config.embedded import database_url
from config.environment import data_folder, listing, number, postgres, text
from config.settings.base import *  # noqa: F403
from config.settings.base import STATIC_ROOT, VAR

DEBUG = False
SECRET_KEY = text("SECRET_KEY", "local-only-not-a-secret-0123456789-abcdefghijklmnopqrstuvwxyz")
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": postgres(text("DATABASE_URL") or database_url(data_folder() / "postgres"))}

# The embedded server has one person: whoever starts it owns everything. The demonstration uses the three logins.
DATABASE_LOGIN = "owner"

broker = VAR / "broker"
for folder in ("queue", "control"):
    (broker / folder).mkdir(parents=True, exist_ok=True)
CELERY_BROKER_URL = text("CELERY_BROKER_URL", "filesystem://localhost/")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
    "data_folder_in": str(broker / "queue"),
    "data_folder_out": str(broker / "queue"),
    "control_folder": str(broker / "control"),
    "polling_interval": 0.2,  # seconds between two looks into the folder
}
EMAIL_BACKEND = "registry.kernel.notify.backend.DatabaseBackend"
SITE_URL = text("SITE_URL", f"http://127.0.0.1:{number('PORT', 8000)}")
LEDGER_KEY_FILES = listing("LEDGER_KEY_FILE") or [str(VAR / "keys" / "ledger.pem")]
LEDGER_WITNESS_FOLDER = text("LEDGER_WITNESS_FOLDER") or str(VAR / "witness")
if not text("DOCUMENT_CERT_FILE"):
    # A certificate authority of its own, made when the first report is signed. It proves nothing to others.
    DOCUMENT_DEMONSTRATION_KEY = True
    DOCUMENT_KEY_FILE = str(VAR / "keys" / "documents.key")
    DOCUMENT_CERT_FILE = str(VAR / "keys" / "documents.pem")
METRICS_TOKEN = text("METRICS_TOKEN", "local-metrics")
IS_LOCAL = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
Path(str(STATIC_ROOT)).mkdir(parents=True, exist_ok=True)  # whitenoise wants it there
