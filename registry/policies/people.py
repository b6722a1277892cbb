"""Who keeps the list of people, and what everybody does for themselves."""

from django.utils.translation import gettext as _

from registry.kernel.access.verdict import ALLOWED, Verdict, deny, verdict
from registry.models import ApiToken, Notice, Role, User


def may_see_people(user: User) -> Verdict:
    """Everyone who is signed in sees who the others are and what they may do."""
    return verdict(user.is_active, _("Your account is not active."))


def may_manage_people(user: User) -> Verdict:
    return verdict(user.has(Role.ADMINISTRATOR), _("Only administrators add and change people."))


def may_manage(user: User, person: User) -> Verdict:
    """Nobody changes their own roles or sends themselves away: a second administrator does."""
    if not may_manage_people(user):
        return may_manage_people(user)
    return verdict(user.pk != person.pk, _("You cannot do this to your own account. Ask another administrator."))


def may_deactivate(user: User, person: User) -> Verdict:
    return may_manage(user, person) & verdict(person.is_active, _("This account is closed already."))


def may_hand_over(user: User, person: User) -> Verdict:
    """What somebody who has left still answers for: by administrators, and by risk staff who are told of it."""
    allowed = user.has(Role.ADMINISTRATOR, Role.RISK)
    return verdict(allowed, _("Only administrators and risk staff hand over what somebody left.")) & verdict(
        not person.is_active, _("This account is open. What they answer for is handed over when it is closed.")
    )


def may_reactivate(user: User, person: User) -> Verdict:
    return may_manage(user, person) & verdict(not person.is_active, _("This account is open."))


def may_limit(user: User, person: User) -> Verdict:
    """Say until when an account is open."""
    return may_manage(user, person) & verdict(person.is_active, _("This account is closed. Open it first."))


def may_send_link(user: User, person: User) -> Verdict:
    """A link to choose a password lets its holder in, so it goes to active people only."""
    return may_manage(user, person) & verdict(person.is_active, _("This account is closed. Open it first."))


def may_keep_own(user: User) -> Verdict:
    """One's own preferences, sessions, tokens and notices."""
    return verdict(user.is_active, _("Your account is not active."))


def may_manage_tokens(user: User, token: ApiToken | None = None) -> Verdict:
    """One's own tokens only: a token acts in its person's name."""
    if token is not None and token.user_id != user.pk:
        return deny(_("This token is somebody else's."))
    return may_keep_own(user)


def may_read_notice(user: User, notice: Notice) -> Verdict:
    return ALLOWED if notice.recipient_id == user.pk else deny(_("This notice is for somebody else."))


def may_see_mailbox(user: User) -> Verdict:
    """Where it exists at all (installations that send no mail), everybody may look into it."""
    return verdict(user.is_active, _("Your account is not active."))
