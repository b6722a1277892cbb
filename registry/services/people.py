"""People come, change what they do, and leave. What they owned is handed on; the record keeps their names."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access import sessions, tokens
from registry.kernel.access.links import password_link
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.editing import put
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.tell import post
from registry.models import ApiToken, DigestRhythm, Role, User, Workflow
from registry.policies import people as policies
from registry.services.readiness import refresh_many
from registry.services.succession import Choice, Chosen, carry_out, leave_unseen, plan


@transaction.atomic
def add_person(
    *, by: User, at: datetime, email: str, name: str, title: str = "", roles: Iterable[str] = (), reason: str = ""
) -> tuple[User, str]:
    """The person, and the one-time link by which they choose a password; the link goes to them by mail too."""
    require(policies.may_manage_people, by)
    _refuse_taken(email, except_for=None)
    with acting(user_id=by.pk, reason=reason):
        person = User.objects.create_user(email, None, name=name, title=title, roles=_ordered(roles))
    return person, send_link(person, by=by, at=at)


@transaction.atomic
def send_link(person: User, *, by: User, at: datetime) -> str:
    """A new one-time link, mailed to the person."""
    require(policies.may_send_link, by, person)
    link = password_link(person)
    days = settings.PASSWORD_RESET_TIMEOUT // 86400
    post(
        to=person.email,
        subject=_("Your %(product)s account") % {"product": settings.PRODUCT_NAME},
        body=_(
            "%(name)s,\n\n%(by)s has opened the way into %(product)s for you. Choose a password here:\n\n%(link)s\n\n"
            "The link works once, and for %(days)s days."
        )
        % {"name": person.name, "by": by.name, "product": settings.PRODUCT_NAME, "link": link, "days": days},
        at=at,
    )
    return link


@transaction.atomic
def edit_person(person: User, *, by: User, at: datetime, reason: str, name: str, title: str, email: str) -> User:
    """Name, title and address. Signing in by an earlier address ends with the change."""
    require(policies.may_manage_people, by)
    person = User.objects.select_for_update().get(pk=person.pk)
    email = email.strip().lower()
    _refuse_taken(email, except_for=person)
    if put(person, {"name": name, "title": title, "email": email}):
        with acting(user_id=by.pk, reason=reason):
            person.save()
        EmailAddress.objects.filter(user=person).exclude(email__iexact=email).delete()
    return person


@transaction.atomic
def set_roles(person: User, *, by: User, at: datetime, roles: Iterable[str], reason: str) -> User:
    require(policies.may_manage, by, person)
    person = _among_administrators(person, by)
    if Role.ADMINISTRATOR in set(roles := list(roles)) and person.access_until is not None:
        raise ValidationError(
            {"roles": _("Access of this person has an end, and an administrator's must not. Remove it first.")}
        )
    if put(person, {"roles": _ordered(roles)}):
        with acting(user_id=by.pk, reason=reason):
            person.save()
    return person


@transaction.atomic
def set_access_until(person: User, *, by: User, at: datetime, until: datetime | None, reason: str) -> User:
    """From `until` on the account opens nothing; without it, it has no end again.

    Administrators have none, so that one always remains who can sign in.
    """
    require(policies.may_limit, by, person)
    person = User.objects.select_for_update().get(pk=person.pk)
    if until is not None and person.has(Role.ADMINISTRATOR):
        raise ValidationError({"until": _("An administrator's access has no end. Take the role away first.")})
    if until is not None and until <= at:
        raise ValidationError({"until": _("This moment has passed. To end access now, close the account.")})
    if put(person, {"access_until": until}):
        with acting(user_id=by.pk, reason=reason):
            person.save()
            refresh_many(_owned(person), at=at)
    return person


@transaction.atomic
def deactivate(
    person: User,
    *,
    by: User,
    at: datetime,
    reason: str,
    successor: User | None = None,
    successors: Chosen | None = None,
    without_reason: str = "",
) -> User:
    """Closes the account, ends its sessions and tokens, and hands over what the person answered for.

    `successor` takes all that `successors` does not name. What nobody takes stays under the old name, counts as
    orphaned, and needs a reason. Raises `ValidationError` by field as `succession.plan` does.
    """
    require(policies.may_deactivate, by, person)
    person = _among_administrators(person, by)
    require(policies.may_deactivate, by, person)
    choice = Choice(successor, successors or {}, without_reason)
    found = plan(person, choice, by=by, at=at, reason=reason)
    with acting(user_id=by.pk, reason=reason):
        person.is_active = False
        person.save()
        for token in ApiToken.objects.filter(user=person, revoked_at__isnull=True):
            tokens.revoke(token, at=at)
        sessions.end_all(person, at=at)
        carry_out(found)
        leave_unseen(found, person, by=by, at=at, reason=reason)
        refresh_many(_owned(person), at=at)
    return person


@transaction.atomic
def reactivate(person: User, *, by: User, at: datetime, reason: str) -> User:
    """Opens the account again, without the workflows and tokens it once had."""
    person = User.objects.select_for_update().get(pk=person.pk)
    require(policies.may_reactivate, by, person)
    with acting(user_id=by.pk, reason=reason):
        person.is_active = True
        person.save()
        refresh_many(_owned(person), at=at)
    return person


@transaction.atomic
def set_preferences(user: User, *, name: str, title: str, single_key_shortcuts: bool) -> User:
    """What everybody sets for themselves."""
    require(policies.may_keep_own, user)
    user = User.objects.select_for_update().get(pk=user.pk)
    if put(user, {"name": name, "title": title, "single_key_shortcuts": single_key_shortcuts}):
        with acting(user_id=user.pk, reason=_("Own preferences")):
            user.save()
    return user


@transaction.atomic
def set_digest(
    user: User,
    *,
    digest_rhythm: str,
    digest_weekday: int | None = None,
    digest_hour: int | None = None,
    time_zone: str | None = None,
) -> User:
    """How often mail gathers what happened to watched workflows; what is None stays.

    Turned off, it drops what it would have told.
    """
    require(policies.may_keep_own, user)
    user = User.objects.select_for_update().get(pk=user.pk)
    given = {
        "digest_rhythm": digest_rhythm,
        "digest_weekday": digest_weekday,
        "digest_hour": digest_hour,
        "time_zone": time_zone,
    }
    if put(user, {name: value for name, value in given.items() if value is not None}):
        with acting(user_id=user.pk, reason=_("Own notices by mail")):
            user.save()
    if user.digest_rhythm == DigestRhythm.NEVER:
        user.notices.filter(awaits_digest=True).update(awaits_digest=False)
    return user


@transaction.atomic
def set_register_columns(user: User, *, columns: Sequence[str]) -> User:
    """The columns the register shows this person when an address names none; empty for those all begin with."""
    require(policies.may_keep_own, user)
    user = User.objects.select_for_update().get(pk=user.pk)
    if put(user, {"register_columns": list(columns)}):
        with acting(user_id=user.pk, reason=_("Own columns of the register")):
            user.save()
    return user


def _among_administrators(person: User, by: User) -> User:
    """`person` as stored, with all administrators locked: two of them removing each other take turns.

    Since `by` must still be one, and is not `person`, an administrator always remains.
    """
    wanted = User.objects.filter(roles__contains=[Role.ADMINISTRATOR]) | User.objects.filter(pk__in=[person.pk, by.pk])
    locked = {user.pk: user for user in wanted.order_by("pk").select_for_update()}
    if not locked[by.pk].has(Role.ADMINISTRATOR):
        raise Conflict(_("You are no longer an administrator. Nothing was changed."))
    return locked[person.pk]


def _ordered(roles: Iterable[str]) -> list[str]:
    """Stored in the order of the list of roles; everyone is a member without saying so."""
    given = {str(role) for role in roles}
    if unknown := given - set(Role.values):
        raise ValidationError({"roles": _("There is no role %(role)s.") % {"role": sorted(unknown)[0]}})
    return [role.value for role in Role if role in given and role != Role.MEMBER]


def _refuse_taken(email: str, *, except_for: User | None) -> None:
    taken = User.objects.filter(email__iexact=email.strip())
    if except_for is not None:
        taken = taken.exclude(pk=except_for.pk)
    if taken.exists():
        raise ValidationError({"email": _("Somebody has an account with this address already.")})


def _owned(person: User) -> list[int]:
    return list(Workflow.objects.owned_by(person).values_list("pk", flat=True))
