"""The control plane of this process in figures for Prometheus. Each web process speaks for itself."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from registry.ofrep.serving import here


class ControlFigures(Collector):
    """From memory alone. Nothing in processes that serve nobody."""

    def collect(self) -> Iterator[Metric]:
        plane = here()
        if plane is None or plane.streams.loop is None:
            return
        answers = CounterMetricFamily("holdfast_control_answers", "Answers given, by kind.", labels=["kind"])
        for kind, count in sorted(plane.desk.answers.items()):
            answers.add_metric([kind], count)
        yield answers
        state = plane.state
        yield GaugeMetricFamily("holdfast_control_connected", "1 while the database is heard.", int(state.is_current))
        if state.fresh_at:
            yield GaugeMetricFamily("holdfast_control_age_seconds", "Since it was last up to date.", state.age)
        yield GaugeMetricFamily("holdfast_control_revision", "The newest revision known here.", state.revision)
        yield GaugeMetricFamily("holdfast_control_workflows", "Workflows that hold a key.", len(state.known))
        yield GaugeMetricFamily("holdfast_control_overrides", "Glasses broken.", len(state.overrides))
        yield GaugeMetricFamily("holdfast_control_streams", "Open streams.", plane.streams.count)
        yield GaugeMetricFamily("holdfast_room_streams", "Incident rooms that people have open.", plane.beside.count)


registry = CollectorRegistry()
registry.register(ControlFigures())
