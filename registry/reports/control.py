"""Whether what was asked of a running workflow has arrived: told from what its instances were last served.

An instance counts as running when it asked within `CONTROL_WINDOW_SECONDS`. One that reports what it obeys has a
revision once it said so; one that never does has it once it was served.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from registry.models import ControlInstance, Restriction, Workflow
from registry.models.restrictions import last_change
from registry.modes import Effect, Mode, combine

MOST_SHOWN = 200
"""Instances on one page, the latest first."""


@dataclass(frozen=True)
class Arrival:
    """How far one restriction has come among the instances that run."""

    revision: int
    running: list[ControlInstance] = field(default_factory=list)
    applied_at: datetime | None = None

    @property
    def having(self) -> list[ControlInstance]:
        return [each for each in self.running if each.obeys >= self.revision]

    @property
    def behind(self) -> list[ControlInstance]:
        return [each for each in self.running if each.obeys < self.revision]

    @property
    def is_everywhere(self) -> bool:
        return bool(self.running) and not self.behind

    @property
    def everywhere_at(self) -> datetime | None:
        """When the last of them got it."""
        if not self.is_everywhere:
            return None
        return max(_had_it_at(each, self.revision) for each in self.running)

    @property
    def seconds(self) -> float | None:
        """From applied until the last had it; of those that ran when it was applied, since others began with it."""
        if not self.is_everywhere or self.applied_at is None:
            return None
        ran = [each for each in self.running if each.appeared_at <= self.applied_at]
        waits = [(_had_it_at(each, self.revision) - self.applied_at).total_seconds() for each in ran]
        return max(0.0, *waits) if waits else None


def running_since(at: datetime) -> datetime:
    """Who asked after this runs."""
    return at - timedelta(seconds=settings.CONTROL_WINDOW_SECONDS)


def arrivals(restrictions: Iterable[Restriction], *, at: datetime) -> dict[int, Arrival]:
    """Each driven restriction with its instances, by number. One query."""
    wanted = [each for each in restrictions if each.is_driven]
    running = running_of({each.workflow_id for each in wanted}, at=at)
    return {
        each.pk: Arrival(revision=each.revision, running=running.get(each.workflow_id, []), applied_at=each.applied_at)
        for each in wanted
    }


def running_of(workflows: Iterable[int], *, at: datetime) -> dict[int, list[ControlInstance]]:
    """The instances that asked lately, by workflow; those of a revoked key still run, and count."""
    since = running_since(at)
    rows = ControlInstance.objects.filter(token__workflow__in=list(workflows), last_at__gte=since)
    by_workflow: dict[int, list[ControlInstance]] = {}
    for each in rows.select_related("token").order_by("name", "pk"):
        by_workflow.setdefault(each.token.workflow_id or 0, []).append(each)
    return {number: _without_replaced(found) for number, found in by_workflow.items()}


def _without_replaced(instances: list[ControlInstance]) -> list[ControlInstance]:
    """An instance that changed over to a new key is seen with both for a while; with the old one it is past."""
    newest: dict[str, datetime] = {}
    for each in instances:
        newest[each.name] = max(each.last_at, newest.get(each.name, each.last_at))
    return [each for each in instances if not (each.name and each.token.is_ending and each.last_at < newest[each.name])]


def _had_it_at(instance: ControlInstance, revision: int) -> datetime:
    if instance.acknowledged >= revision and instance.acknowledged_at is not None:
        return instance.acknowledged_at
    return instance.first_at


def asks_of(effect: Effect) -> list[str]:
    """What an effect asks of the workflow, in words, the mode first."""
    found = [] if effect.mode == Mode.NORMAL else [_("Mode: %(mode)s") % {"mode": effect.mode.label}]
    if effect.disabled_tools:
        found.append(_("Tools off: %(names)s") % {"names": ", ".join(sorted(effect.disabled_tools))})
    if effect.blocked_sources:
        found.append(_("Sources blocked: %(names)s") % {"names": ", ".join(sorted(effect.blocked_sources))})
    if effect.scope is not None:
        found.append(_("Only: %(names)s") % {"names": ", ".join(sorted(effect.scope)) or _("nothing")})
    for name, version in sorted(effect.pins.items()):
        found.append(_("%(surface)s at %(version)s") % {"surface": name, "version": version})
    for name, most in sorted(effect.limits.items()):
        found.append(_("%(name)s at most %(number)g") % {"name": name, "number": most})
    return found


@dataclass(frozen=True)
class InForce:
    """One restriction with what it asks, and how far it has come."""

    restriction: Restriction
    asks: list[str]
    arrival: Arrival | None


@dataclass(frozen=True)
class Control:
    """What limits a workflow at a moment, and who asks for it."""

    effect: Effect
    asks: list[str]
    revision: int
    in_force: list[InForce]
    running: list[ControlInstance]
    silent: list[ControlInstance]
    """Seen before, not lately."""

    @property
    def more(self) -> list[str]:
        """What it asks beside the mode."""
        return asks_of(replace(self.effect, mode=Mode.NORMAL))

    @property
    def restrictions(self) -> list[Restriction]:
        return [each.restriction for each in self.in_force]

    @property
    def is_moving(self) -> bool:
        return any(each.arrival is not None and not each.restriction.received_at for each in self.in_force)


def control_of(workflow: Workflow, *, at: datetime, is_now: bool = True) -> Control:
    """Instances leave no history: of a past moment only what was in force is known."""
    rows = Restriction.objects.filter(workflow=workflow).select_related(
        "workflow", "option__workflow", "applied_by", "release_asked_by", "released_by"
    )
    in_force = list(rows.in_force().prefetch_related("option__named_executors").order_by("-revision", "-id"))
    come = arrivals(in_force, at=at) if is_now else {}
    seen = list(_seen(workflow)) if is_now else []
    since = running_since(at)
    effect = combine(each.sets for each in reversed(in_force))
    newest = Restriction.objects.filter(workflow=workflow).aggregate(revision=Max(last_change()))["revision"]
    return Control(
        effect=effect,
        asks=asks_of(effect),
        revision=newest or 0,
        in_force=[InForce(each, asks_of(each.sets), come.get(each.pk)) for each in in_force],
        running=[each for each in seen if each.last_at >= since],
        silent=[each for each in seen if each.last_at < since],
    )


def _seen(workflow: Workflow) -> Iterable[ControlInstance]:
    rows = ControlInstance.objects.filter(token__workflow=workflow).select_related("token")
    return rows.order_by("-last_at", "pk")[:MOST_SHOWN]
