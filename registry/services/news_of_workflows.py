"""What the register tells whoever watches a workflow: its tier, stage, owners, drift and baselines."""

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.models import Baseline, Stage, Tier, User, Workflow
from registry.models.workflow_words import OWNERS
from registry.services.news import News, Step, Topic, declare, people

DECIDED = (Baseline.Status.APPROVED, Baseline.Status.REFUSED)


def declare_own() -> None:
    declare(Workflow._meta.label_lower, _of_workflows)
    declare(Baseline._meta.label_lower, _of_baselines)


def _of_workflows(steps: Sequence[Step]) -> Iterator[News]:
    changed = [step for step in steps if step.old is not None]
    for step in changed:
        if step.became("tier"):
            yield _changed(step, Topic.TIER, _label(Tier, step.old.tier), _label(Tier, step.new.tier), "workflow-tier")
        if step.became("stage"):
            yield _changed(step, Topic.STAGE, _label(Stage, step.old.stage), _label(Stage, step.new.stage), "workflow")
    yield from _of_owners([step for step in changed if any(step.became(f"{name}_id") for name in OWNERS)])
    yield from _of_drift([step for step in changed if bool(step.old.drift) != bool(step.new.drift)])


def _label(choices: type[Tier] | type[Stage], value: str) -> str:
    return str(choices(value).label) if value else _("none")


def _changed(step: Step, topic: Topic, old: str, new: str, page: str) -> News:
    words = {"what": topic.label, "old": old, "new": new}
    return _news(step, topic, _("%(what)s: %(old)s → %(new)s") % words, reverse(page, args=[step.new.id]))


def _of_owners(steps: Sequence[Step]) -> Iterator[News]:
    named = {getattr(row, f"{name}_id") for step in steps for row in (step.old, step.new) for name in OWNERS}
    names = dict(User.objects.filter(pk__in=named - {None}).values_list("pk", "name"))
    for step in steps:
        lines = [
            _("%(what)s: %(old)s → %(new)s")
            % {
                "what": str(Workflow._meta.get_field(name).verbose_name).capitalize(),  # type: ignore[union-attr]
                "old": names.get(getattr(step.old, f"{name}_id"), _("nobody")),
                "new": names.get(getattr(step.new, f"{name}_id"), _("nobody")),
            }
            for name in OWNERS
            if step.became(f"{name}_id")
        ]
        yield _news(step, Topic.OWNER, " · ".join(lines), reverse("workflow", args=[step.new.id]))


def _of_drift(steps: Sequence[Step]) -> Iterator[News]:
    """That an episode begins its owners hear in person, with what differs; that it ends all hear alike."""
    for step in steps:
        number, page = step.new.drift or 0, reverse("workflow-surfaces", args=[step.new.id])
        if not number:
            yield _news(step, Topic.DRIFT, _("It runs as approved again"), page)
        elif step.new.stage in (Stage.PILOT, Stage.PRODUCTION):
            owners = people(*(getattr(step.new, f"{name}_id") for name in OWNERS))
            text = ngettext(
                "It drifts: %(n)d surface differs from the baseline",
                "It drifts: %(n)d surfaces differ from the baseline",
                number,
            )
            yield _news(step, Topic.DRIFT, text % {"n": number}, page, heard=owners)


def _news(step: Step, topic: Topic, subject: str, url: str, *, heard: frozenset[int] = frozenset()) -> News:
    return News(
        key=f"{step.entry.pk}:{topic}",
        topic=topic,
        workflow=step.new.id,
        subject=subject,
        body=step.entry.reason,
        url=url,
        about=Workflow(pk=step.new.id),
        at=step.entry.at,
        by=step.entry.actor_id,
        heard=heard,
    )


def _of_baselines(steps: Sequence[Step]) -> Iterator[News]:
    for step in steps:
        if step.old is None or not step.became("status", *DECIDED):
            continue
        words = {"number": step.new.number, "decision": str(Baseline.Status(step.new.status).label)}
        yield News(
            key=f"{step.entry.pk}:{Topic.BASELINE}",
            topic=Topic.BASELINE,
            workflow=step.new.workflow_id,
            subject=_("Baseline %(number)s: %(decision)s") % words,
            body=step.new.decision_reason,
            url=reverse("baseline", args=[step.new.id]),
            about=Baseline(pk=step.new.id),
            at=step.entry.at,
            by=step.entry.actor_id,
            heard=people(step.new.proposed_by_id),
        )
