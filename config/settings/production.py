"""Everything from the environment; the start is refused with one sentence when something is missing or unsafe."""

from pathlib import Path
from urllib.parse import urlsplit

from config.environment import https_or_here, listing, number, postgres, refuse, required, switch, text
from config.logins import chosen, passwords
from config.settings.base import *  # noqa: F403
from config.settings.base import VAR

DEBUG = False
IS_LOCAL = False
SECRET_KEY = required("SECRET_KEY", "signing sessions; use 50 or more random characters")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
    refuse("SECRET_KEY is too weak. Use 50 or more random characters.")
ALLOWED_HOSTS = listing("ALLOWED_HOSTS") or refuse(
    "ALLOWED_HOSTS is not set. Name the host names under which people reach this site, separated by commas."
)
if "*" in ALLOWED_HOSTS:
    refuse("ALLOWED_HOSTS must name the hosts; * would let any host name in.")
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS]

DATABASE_LOGIN, _database = chosen()
DATABASE_PASSWORDS = passwords()
DATABASES = {"default": _database}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if text("CONTROL_DATABASE_URL"):
    CONTROL_DATABASE = postgres(text("CONTROL_DATABASE_URL"))
CELERY_BROKER_URL = required("CELERY_BROKER_URL", "background work; redis:// or amqp://")
if CELERY_BROKER_URL.startswith(("filesystem:", "memory:")):
    refuse("CELERY_BROKER_URL must be redis:// or amqp://; the file-system broker serves one machine only.")
if CELERY_BROKER_URL.startswith("redis"):
    # Whoever saves something asks the worker to look, and must not wait for a broker that is away.
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {"max_retries": 0, "socket_connect_timeout": 2}
CACHE_URL = text("CACHE_URL") or (CELERY_BROKER_URL if CELERY_BROKER_URL.startswith("redis") else "")
if not CACHE_URL:
    refuse("CACHE_URL is not set. It is needed for limits that all web processes share; redis://…")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},  # seconds: nothing waits for what only counts
    }
}

SECURE_SSL_REDIRECT = switch("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = number("SECURE_HSTS_SECONDS", 365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = switch("SECURE_HSTS_INCLUDE_SUBDOMAINS", True)
SECURE_HSTS_PRELOAD = switch("SECURE_HSTS_PRELOAD", True)
if switch("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = number("PROXY_COUNT", 1)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = required("EMAIL_HOST", "sending notices and reminders")
EMAIL_PORT = number("EMAIL_PORT", 587)
EMAIL_HOST_USER = text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = switch("EMAIL_USE_TLS", True)
SITE_URL = required("SITE_URL", "links in mail, for example https://holdfast.example.org").rstrip("/")
METRICS_TOKEN = required("METRICS_TOKEN", "protecting /metrics; a random string")
LEDGER_ORIGIN = text("LEDGER_ORIGIN") or f"{urlsplit(SITE_URL).hostname}/log"
for _name in ("LEDGER_WITNESS_URL", "LEDGER_TSA_URL"):
    if not https_or_here(text(_name)):
        refuse(f"{_name} must begin with https://, unless it is on this machine.")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = Path(text("FILES_ROOT") or VAR / "files")
