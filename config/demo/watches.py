"""Who of the demonstration watches what, and what they have been told of it."""

from datetime import datetime, timedelta

from registry.filters.matching import workflows_of
from registry.models import User, Workflow
from registry.services import news_telling, saved_views, view_watches, watches, workflows
from registry.services.people import set_digest
from registry.services.saved_views import REGISTER

TELLS_BEFORE = timedelta(hours=26)
"""So long ago that the first mail of the day is due."""


def chosen(people: dict[str, User], by_name: dict[str, Workflow], *, now: datetime) -> None:
    """Before the incidents of the demonstration, so that these are told."""
    since = now - timedelta(days=30)
    names = ("Claims triage assistant", "Policy wording comparison", "Renewal price explanation")
    watches.watch_many([by_name[name] for name in names], by=people["risk"], at=since)
    watches.watch(by_name["Fraud referral scoring"], by=people["exec"], at=since)
    watches.watch(by_name["Claims triage assistant"], by=people["auditor"], at=since)
    set_digest(people["exec"], digest_rhythm="WEEKLY", digest_weekday=0, digest_hour=8, time_zone="Europe/Stockholm")
    news_telling.begin(at=now - TELLS_BEFORE)


def told(people: dict[str, User], by_name: dict[str, Workflow], *, now: datetime) -> None:
    """The last things that happen, and the notices of it all."""
    edits: dict[str, tuple[str, dict[str, object]]] = {
        "Fraud referral scoring": ("Stands in while the team is short", {"deputy": people["s.lindgren"]}),
        "Renewal price explanation": ("Agreed with underwriting", {"deputy": people["f.adeyemi"]}),
        "Underwriting evidence summariser": ("Stands in during the pilot", {"deputy": people["f.adeyemi"]}),
    }
    before = now - TELLS_BEFORE - timedelta(hours=1)
    query = f"owner={people['s.lindgren'].pk}"
    view = saved_views.save(by=people["risk"], at=before, page=REGISTER, name="With S. Lindgren", query=query)
    view_watches.watch(view, by=people["risk"], at=before, matching=workflows_of)
    for name, (reason, fields) in edits.items():
        workflow = Workflow.objects.get(pk=by_name[name].pk)
        workflows.edit(workflow, by=people["r.menon"], at=now, reason=reason, opened_version=workflow.version, **fields)
    news_telling.tell_news(at=now - TELLS_BEFORE)
    view_watches.look(at=now - TELLS_BEFORE, matching=workflows_of)
