"""Keeping, changing and deleting views of a list."""

from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import SavedView, User
from registry.policies import saved_views as policies

REGISTER: Final = "register"
AUDIT: Final = "audit"
MOST: Final = 50
"""Views one person keeps for a page."""


def usable(user: User, page: str) -> QuerySet[SavedView]:
    """The person's own views of a page and those that everyone sees."""
    return SavedView.objects.filter(Q(owner=user) | Q(is_shared=True), page=page).order_by(
        "is_shared", "position", "name", "pk"
    )


@transaction.atomic
def save(*, by: User, at: datetime, page: str, name: str, query: str, is_shared: bool = False) -> SavedView:
    """A new view; `query` is an address in its plain form."""
    require(policies.may_save, by)
    if is_shared:
        require(policies.may_share, by)
    User.objects.select_for_update().get(pk=by.pk)
    if SavedView.objects.filter(page=page, owner=by).count() >= MOST:
        raise Conflict(_("You already keep %(most)s views of this list. Delete one first.") % {"most": MOST})
    view = SavedView(page=page, owner=by, name=_checked_name(name), query=query, is_shared=is_shared)
    _refuse_second(view)
    with acting(user_id=by.pk, reason=_("View saved")):
        view.save()
    return view


@transaction.atomic
def change(
    view: SavedView,
    *,
    by: User,
    at: datetime,
    name: str | None = None,
    query: str | None = None,
    is_shared: bool | None = None,
) -> SavedView:
    """Another name, another address, or shown to others; what is None stays."""
    current = SavedView.objects.select_for_update().get(pk=view.pk)
    require(policies.may_change, by, current)
    before = (current.name, current.query, current.is_shared)
    if is_shared is not None and is_shared != current.is_shared:
        require(policies.may_share, by)
        current.is_shared = is_shared
    if name is not None:
        current.name = _checked_name(name)
        _refuse_second(current)
    if query is not None:
        current.query = query
    if before != (current.name, current.query, current.is_shared):
        current.version += 1
        with acting(user_id=by.pk, reason=_("View changed")):
            current.save()
    return current


@transaction.atomic
def delete(view: SavedView, *, by: User, at: datetime) -> None:
    current = SavedView.objects.select_for_update().get(pk=view.pk)
    require(policies.may_change, by, current)
    with acting(user_id=by.pk, reason=_("View deleted")):
        current.delete()


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise ValidationError({"name": _("Give the view a name.")})
    return name


def _refuse_second(view: SavedView) -> None:
    same = SavedView.objects.filter(page=view.page, owner_id=view.owner_id, name=view.name).exclude(pk=view.pk)
    if same.exists():
        raise ValidationError({"name": _("There is a view called “%(name)s” already.") % {"name": view.name}})
