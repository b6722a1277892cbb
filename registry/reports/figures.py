"""The ledger in figures for Prometheus: read from the database once for each scrape."""

from collections.abc import Iterator

from django.db import Error as DatabaseError
from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from registry.kernel.ledger import proving
from registry.models import Gap, IntegrityCheck


class LedgerFigures(Collector):
    """Six statements at most, each by an index or over a short table. Without a database: no figures."""

    def collect(self) -> Iterator[Metric]:
        try:
            found = list(self._read())
        except DatabaseError:
            return
        yield from found

    def _read(self) -> Iterator[Metric]:
        now = timezone.now()
        state = proving.state(at=now)
        yield GaugeMetricFamily("holdfast_ledger_size", "Entries covered by the newest checkpoint.", state.size)
        yield GaugeMetricFamily("holdfast_ledger_waiting", "Entries without a place, up to 10000.", state.waiting)
        lag = state.lag.total_seconds()
        yield GaugeMetricFamily("holdfast_ledger_lag_seconds", "Age of the oldest entry without a place.", lag)
        if state.last is not None:
            age = max((now - state.last.signed_at).total_seconds(), 0.0)
            yield GaugeMetricFamily("holdfast_ledger_checkpoint_age_seconds", "Age of the newest checkpoint.", age)
        yield CounterMetricFamily(
            "holdfast_ledger_gaps", "Changes that came past the application.", Gap.objects.count()
        )
        findings = GaugeMetricFamily(
            "holdfast_ledger_findings", "Differences found by the last finished check.", labels=["subject"]
        )
        finished = IntegrityCheck.objects.filter(finished_at__isnull=False).order_by("subject", "-id")
        for subject, count in finished.distinct("subject").values_list("subject", "findings_count"):
            findings.add_metric([subject.lower()], count)
        yield findings


registry = CollectorRegistry()
registry.register(LedgerFigures())
