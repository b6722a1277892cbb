"""Figures of the store for monitoring, asked of the database when they are fetched."""

from collections.abc import Iterator

import prometheus_client
from django.db import Error as DatabaseError
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from registry.kernel.files import DAMAGED, StoredFile


class StoreFigures(Collector):
    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Names only: registering asks the database nothing."""
        yield _damaged()
        yield _unreadable()
        yield _unchecked()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        damaged, unreadable, unchecked = _damaged(), _unreadable(), _unchecked()
        try:
            for condition in DAMAGED:
                damaged.add_metric([condition], StoredFile.objects.filter(condition=condition).count())
            unreadable.add_metric([], StoredFile.objects.filter(condition=StoredFile.Condition.UNREADABLE).count())
            unchecked.add_metric(
                [], StoredFile.objects.filter(checked_at__isnull=True, removed_at__isnull=True).count()
            )
        except DatabaseError:
            return
        yield damaged
        yield unreadable
        yield unchecked


def _damaged() -> GaugeMetricFamily:
    return GaugeMetricFamily(
        "holdfast_files_damaged",
        "Stored files found altered or missing when they were last read.",
        labels=["condition"],
    )


def _unreadable() -> GaugeMetricFamily:
    return GaugeMetricFamily(
        "holdfast_files_unreadable",
        "Stored files that could not be read again and again: a disk, a key or a store is away.",
    )


def _unchecked() -> GaugeMetricFamily:
    return GaugeMetricFamily("holdfast_files_unchecked", "Stored files that were not read again since they came.")


def connect() -> None:
    prometheus_client.REGISTRY.register(StoreFigures())
