"""The registry at 100,000 workflows: lists, pages, search, changes of many, imports, against the bare SQL of the rows.

Making the data takes a quarter of an hour. With BENCHMARK_FOLDER set it stays there for the next run.
"""

import statistics
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks import scale_writing
from benchmarks.timing import interleaved, line, p95
from registry.kernel.http.moments import written
from registry.models import BusinessUnit, Role, Surface, SurfaceVersion, User, Workflow

HOW_MANY = 100_000
ROUNDS = 12
BARE = """
SELECT w.*, u.name FROM registry_workflow w LEFT JOIN registry_user u ON u.id = w.business_owner_id
WHERE w.stage <> 'RETIRED' ORDER BY w.name, w.id LIMIT 50
"""
LISTS = {
    "all": "",
    "by name": "sort=name",
    "last page": "page=1500",
    "tier and stage": "tier=T1&tier=T2&stage=PRODUCTION",
    "a unit": "unit={unit}",
    "mine": "owner=me",
    "orphans": "owner=orphan",
    "tokens": "q=tier:1+owner:me+blind:yes",
    "words": "q=claims+letter",
    "common word": "q=data&sort=name",
    "overdue gaps": "gap=overdue&sort=-gaps",
    "one capability": "gap=KILL_SWITCH",
    "not ready": "ready=no&sort=-ready",
    "drifting": "drift=yes&sort=drift",
    "blind": "blind=yes",
    "incidents": "incident=open",
    "a tag": "tag={tag}",
    "reviews": "review=overdue&sort=review",
    "changed": "changed=7d&sort=-changed",
}


def run() -> Iterator[str]:
    call_command("seed_scale", workflows=HOW_MANY, verbosity=0)
    yield from sizes()
    client = reader()
    bare()
    yield from times("list page", {name: partial(get, client, f"/workflows/?{q}") for name, q in lists()}, 150)
    yield from times(
        "list API", {name: partial(get, client, f"/api/v1/workflows/?{q}") for name, q in lists(api=True)}, 150
    )
    newest = Workflow.objects.latest("pk").pk
    tabs = ("", "tier/", "capabilities/", "surfaces/", "signals/", "containment/", "readiness/", "history/")
    yield from times(
        "detail", {tab or "overview": partial(get, client, f"/workflows/{newest}/{tab}") for tab in tabs}, 100
    )
    words = ("claims", "letter drafting", "data", "WF-00090000", "owner 17", "model")
    yield from times("search", {word: partial(get, client, f"/search/?q={word}") for word in words}, 200)
    then = [written(timezone.now() - timedelta(days=days)) for days in (1, 150, 290)]
    yield from times("as of, list", {at: partial(get, client, f"/workflows/?at={at}") for at in then}, 500)
    yield from times("others", {url: partial(get, client, url) for url in ("/dashboard/", "/gaps/", "/")}, 150)
    kinds = ("gaps", "vendors", "signals", "containment-options", "downstream-actions", "attestations", "people")
    yield from times("API lists", {kind: partial(get, client, f"/api/v1/{kind}/") for kind in kinds}, 150)
    yield from scale_writing.run(User.objects.filter(roles__contains=[Role.RISK], is_active=True).earliest("pk"))


def sizes() -> Iterator[str]:
    history: Any = Workflow.history.model
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n_live_tup) FROM pg_stat_user_tables WHERE relname LIKE 'registry\\_historical%'")
        rows = cursor.fetchone()[0]
    yield (
        f"{Workflow.objects.count():,} workflows, {SurfaceVersion.objects.count():,} versions of "
        f"{Surface.objects.count():,} surfaces, {history.objects.count():,} history rows of workflows, "
        f"{rows:,} of all kinds"
    )


def reader() -> Client:
    client = Client(headers={"host": "localhost"})
    user = User.objects.get(email="owner1@scale.holdfast.test")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def lists(*, api: bool = False) -> Iterator[tuple[str, str]]:
    unit = BusinessUnit.objects.order_by("pk").values_list("pk", flat=True)[3]
    tag = Workflow.objects.filter(tags__len__gt=0).values_list("tags", flat=True)[0][0]
    for name, query in LISTS.items():
        parts = query.format(unit=unit, tag=tag).split("&")
        yield name, "&".join(part for part in parts if not (api and part.startswith("sort=")))


def get(client: Client, url: str) -> int:
    answer = client.get(url, follow=True)  # filters that were typed are sent to an address of their own
    assert answer.status_code == 200, (url, answer.status_code)
    return len(answer.content)


def bare() -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE)
        cursor.fetchall()


def times(title: str, works: dict[str, Callable[[], object]], limit: float) -> Iterator[str]:
    """Each work interleaved with the bare rows; `limit` in milliseconds."""
    yield f"{title}, limit {limit:.0f} ms"
    for name, work in works.items():
        with CaptureQueriesContext(connection) as queries:
            work()
        number = len(queries)  # the next request empties what was captured
        found = interleaved(ROUNDS, floor=bare, work=work)
        ratio = statistics.median(found["work"]) / statistics.median(found["floor"])
        over = "  OVER" if p95(found["work"]) * 1000 > limit else ""
        yield f"  {line(name, found['work'])}   ÷ bare {ratio:6.1f}   {number:2d} queries{over}"
