"""Following what is owed to done: the correction sent, the record rolled back, the review held again."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from incidents.lifecycle import State
from incidents.models import AffectedOutput, Incident
from incidents.policies import outputs as policies
from incidents.services import room
from incidents.services.outputs.tallying import recount
from incidents.services.wording import required
from registry.kernel.access.verdict import require
from registry.kernel.audit.alike import change_all
from registry.kernel.http.errors import Conflict
from registry.models import User


def put_right(
    incident: Incident,
    rows: QuerySet[AffectedOutput],
    *,
    by: User,
    at: datetime,
    note: str,
    expected: int | None = None,
) -> int:
    """Of `rows` all that is owed is done, and `note` says how and what shows it; how many.

    `expected` is the number that was shown before. What is done after the incident was closed is still recorded.
    """
    with room.entered(incident, by=by, reason=note) as locked:
        require(policies.may_decide, by, locked)
        room.require_active(locked, State.RESOLVED, State.CLOSED)
        what = required("note", note, limit=500)
        owed = rows.filter(incident=locked).owed()  # type: ignore[attr-defined]
        number: int = owed.count()
        if not number:
            raise Conflict(_("Nothing of this is owed: it was put right, or there is nothing to put right."))
        if expected is not None and number != expected:
            words = {"now": number, "then": expected}
            raise Conflict(_("It would be %(now)d outputs now, and %(then)d were shown. Look again.") % words)
        change_all(owed, remedied_by=by, remedied_at=at, remedy_note=what)
        recount(locked, by=by, at=at)
        return number
