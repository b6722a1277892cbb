"""Is it alive, can it work, and figures for monitoring."""

import hmac
from collections.abc import Callable
from datetime import timedelta

import prometheus_client
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from kombu import Connection
from kombu.exceptions import KombuError

from registry.kernel.http.pages import anyone, page
from registry.kernel.ledger import proving
from registry.kernel.ledger.clock import TOLERANCE
from registry.models import Heartbeat
from registry.ofrep import figures as control_figures
from registry.ofrep import serving
from registry.reports import figures, ledger

WORKER_SILENT_AFTER = timedelta(seconds=60)
SET_BACK = "the clock was set back: last seen in the future, and not since"


@page(anyone, "GET")
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing else, so that a slow database does not get it restarted."""
    return HttpResponse("ok\n", content_type="text/plain")


@page(anyone, "GET")
def readyz(request: HttpRequest) -> HttpResponse:
    """Each part by name, `ok` or what is wrong; 503 while something is. Says nothing that is not needed to act."""
    parts = {name: _answer(check) for name, check in CHECKS.items()}
    ready = all(state == "ok" for state in parts.values())
    return JsonResponse({"ready": ready, "parts": parts}, status=200 if ready else 503)


@page(anyone, "GET")
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures, for whoever holds the metrics token."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse("A bearer token is needed.\n", status=401, headers={"WWW-Authenticate": "Bearer"})
    sources = (prometheus_client.REGISTRY, figures.registry, control_figures.registry)
    content = b"".join(map(prometheus_client.generate_latest, sources))
    return HttpResponse(content, content_type=prometheus_client.CONTENT_TYPE_LATEST)


def _answer(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, OSError, KombuError) as failure:
        return type(failure).__name__


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} not applied" if missing else "ok"


def _broker() -> str:
    options = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {})
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=2, transport_options=options) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return "ok"


def _worker() -> str:
    now, seen = timezone.now(), Heartbeat.objects.filter(name__startswith="worker@")
    last = seen.filter(at__lte=now + TOLERANCE).order_by("-at").first()
    if last is None:
        return SET_BACK if seen.exists() else "no worker was ever seen"
    silent = now - last.at
    return "ok" if silent < WORKER_SILENT_AFTER else f"silent for {int(silent.total_seconds())} s"


def _ledger() -> str:
    now = timezone.now()
    known = ledger.sequencers(at=now)
    if not known:
        return "no sequencer was ever seen"
    last = known[0]
    if last.is_ahead:
        return SET_BACK
    if last.trouble:
        return last.trouble
    state = proving.state(at=now)
    if state.lag > ledger.SLOW_AFTER:
        return f"{state.waiting} entries waiting for {int(state.lag.total_seconds())} s"
    return f"silent for {int((now - last.at).total_seconds())} s" if last.is_silent else "ok"


def _control() -> str:
    """How old is what running workflows are told. `ok` where nobody is served."""
    plane = serving.here()
    if plane is None or plane.streams.loop is None:
        return "ok"
    state = plane.state
    if not state.is_loaded:
        return "nothing is known yet; running workflows are answered 503"
    return "ok" if state.is_current else f"last known state, {int(state.age)} s old"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "worker": _worker,
    "ledger": _ledger,
    "control": _control,
}
