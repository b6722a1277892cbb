"""What every page shows around its content: navigation, unread notices, the incident that is going on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import F, Func, IntegerField, OuterRef, Subquery
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from config.demo import cast
from incidents.models import Incident, RoleAssignment
from incidents.policies.incidents import may_declare
from intake.models import ReceivedSignal
from intake.policies.signals import may_sort_out
from registry.kernel.audit.asof import present
from registry.models import Installation, Notice, Role, User
from registry.policies.records import may_see_audit

SIGNALS_FOR = (Role.RISK, Role.RESPONDER, Role.AUDITOR, Role.OWNER, Role.ADMINISTRATOR)
"""Others find what they reported through the page on which they report."""
MOST_COUNTED = 1000
"""Waiting signals; a storm makes more, and no page needs to know how many exactly."""


@dataclass(frozen=True)
class Entry:
    """One entry of the main navigation."""

    label: str
    url: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True)
class Strip:
    """The most urgent incident that is going on and that this person may see."""

    severity: str
    reference: str
    title: str
    url: str
    my_role: str
    elapsed_since: datetime
    next_label: str = ""
    next_due: datetime | None = None
    others: int = 0


@dataclass
class Shell:
    """Evaluated lazily: a page that does not render the shell pays nothing for it."""

    request: HttpRequest
    version: str = field(default="0.1")

    @property
    def user(self) -> User | None:
        user = getattr(self.request, "user", None)
        return user if isinstance(user, User) and user.is_active else None

    @cached_property
    def installation(self) -> Installation:
        return Installation.objects.filter(pk=1).first() or Installation(pk=1)

    @property
    def organisation(self) -> str:
        return self.installation.organisation

    @property
    def is_demo(self) -> bool:
        return self.installation.is_demo

    @property
    def demo_sign_ins(self) -> list[User]:
        """Whom a visitor of the demonstration may sign in as; nobody in a real installation."""
        return list(User.objects.filter(email__in=cast.sign_ins(), is_demo=True).order_by("pk")) if self.is_demo else []

    @property
    def demo_password(self) -> str:
        return cast.PASSWORD

    @cached_property
    def nav(self) -> list[Entry]:
        return list(self._entries(self.user)) if self.user else []

    def _entries(self, user: User) -> Iterator[Entry]:
        for label, name, prefix in (
            (_("Overview"), "overview", "/overview-only"),
            (
                _("Register"),
                "register",
                (
                    "/workflows/",
                    "/dashboard/",
                    "/gaps/",
                    "/gates/",
                    "/vendors/",
                    "/rules/",
                    "/tier-rules/",
                    "/attestations/",
                    "/campaigns/",
                ),
            ),
            (_("Signals"), "signals", "/signals/"),
            (_("Incidents"), "incidents", ("/incidents/", "/webhooks/")),
            (_("Reviews"), "reviews", "/reviews/"),
            (_("Evidence"), "evidence-list", "/evidence/"),
            (_("Actions"), "actions", "/actions/"),
            (_("Reports"), "reports", "/reports/"),
        ):
            yield from self._entry(label, name, prefix)
        if may_see_audit(user):
            yield from self._entry(_("Audit log"), "audit", "/audit/")

    def _entry(self, label: str, name: str, prefix: str | tuple[str, ...]) -> Iterator[Entry]:
        if name == "signals" and not (self.user and self.user.has(*SIGNALS_FOR)):
            return
        try:
            url = reverse(name)
        except NoReverseMatch:
            return
        current = self.request.path.startswith(prefix) or self.request.path == url
        count = self.active_count if name == "incidents" else self.figures[1] if name == "signals" else None
        yield Entry(label, url, current, count)

    @cached_property
    def figures(self) -> tuple[int, int | None]:
        """Unread notices, and signals that wait for whoever sorts them out: every page shows both, so in one query."""
        if self.user is None:
            return 0, None
        sorts_out = bool(may_sort_out(self.user))
        asked: dict[str, Any] = {"n_unread": _counted(Notice.objects.filter(recipient=OuterRef("pk"), read_at=None))}
        if sorts_out:
            first = ReceivedSignal.objects.waiting().values("pk")[:MOST_COUNTED]
            asked["n_waiting"] = _counted(ReceivedSignal.objects.filter(pk__in=first))
        with present():
            rows: Any = User.objects.filter(pk=self.user.pk)
            row = rows.values(**asked).get()
        return row["n_unread"] or 0, row.get("n_waiting") or 0 if sorts_out else None

    @property
    def unread(self) -> int:
        return self.figures[0]

    @property
    def notices_url(self) -> str:
        return reverse("notices")

    @property
    def may_declare(self) -> bool:
        return bool(self.user and may_declare(self.user))

    @property
    def is_local(self) -> bool:
        """Whether mail goes to the mailbox page instead of the wire."""
        return bool(settings.IS_LOCAL)

    @cached_property
    def _active(self) -> list[Incident]:
        """Going on and visible, most severe first (no severity yet comes last)."""
        if self.user is None:
            return []
        with present():  # the navigation tells of today, also on pages that show the past
            visible = Incident.objects.visible_to(self.user).active()
            rows = list(visible.filter(category="INCIDENT").order_by("declared_at")[:50])
        return sorted(rows, key=lambda incident: (incident.severity or "SEV-9", incident.declared_at))

    @property
    def active_count(self) -> int:
        return len(self._active)

    @cached_property
    def strip(self) -> Strip | None:
        if not self._active:
            return None
        first = self._active[0]
        if first.severity == "SEV-3":
            return None
        with present():
            role = RoleAssignment.objects.filter(incident=first, person=self.user, ended_at__isnull=True).first()
        return Strip(
            severity=first.severity,
            reference=first.reference,
            title=first.title,
            url=first.get_absolute_url(),
            my_role=role.get_role_display() if role else "",
            elapsed_since=first.declared_at,
            next_label=_("Internal update due") if first.next_update_due_at else "",
            next_due=first.next_update_due_at,
            others=len(self._active) - 1,
        )


def _counted(rows: Any) -> Subquery:
    """How many rows, as a part of another query."""
    number = rows.order_by().annotate(n=Func(F("pk"), function="COUNT")).values("n")
    return Subquery(number, output_field=IntegerField())


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shown_at` is the moment of a page that shows the past (registry.views.past.Then), else None."""
    return {"shell": Shell(request), "shown_at": getattr(request, "past", None)}
