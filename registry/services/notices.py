"""Reading what one was told. What a notice says about a record its recipient may not see any more is kept back."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.models import Notice, User
from registry.policies.people import may_keep_own, may_read_notice

Visible = Callable[[User], QuerySet[Any]]
_visible: dict[str, Visible] = {}


def declare(label: str, visible: Visible) -> None:
    """Which records of a kind somebody may see. Of kinds that say nothing, everybody may see all."""
    _visible[label] = visible


def as_shown(notices: Iterable[Notice], *, reader: User) -> list[Notice]:
    """The same, without the words and the address of those that are kept back. Not to be saved."""
    rows = list(notices)
    hidden = kept_back(rows, reader=reader)
    for notice in rows:
        if notice.pk in hidden:
            notice.subject, notice.body, notice.url = _("About a record that you may not see any more"), "", ""
    return rows


def kept_back(notices: Iterable[Notice], *, reader: User) -> set[int]:
    """Numbers of the notices that are not shown; one query for each kind of record among them."""
    about: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for notice in notices:
        if notice.object_type in _visible and notice.object_id.isdecimal():
            about[notice.object_type][int(notice.object_id)].append(notice.pk)
    hidden: set[int] = set()
    for label, rows in about.items():
        seen = set(_visible[label](reader).filter(pk__in=rows).values_list("pk", flat=True))
        hidden.update(pk for number in rows.keys() - seen for pk in rows[number])
    return hidden


def mark_read(notice: Notice, *, by: User, at: datetime) -> None:
    """The first reading counts. What was read is left out of the mail that gathers notices."""
    require(may_read_notice, by, notice)
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=at, awaits_digest=False)


def mark_all_read(*, by: User, at: datetime) -> int:
    """How many had not been read."""
    require(may_keep_own, by)
    return Notice.objects.filter(recipient=by, read_at__isnull=True).update(read_at=at, awaits_digest=False)
