"""Who watches saved views. It changes nothing for others, so that even people who only audit may."""

from registry.kernel.access.verdict import Verdict
from registry.models import SavedView, User
from registry.policies.people import may_keep_own
from registry.policies.saved_views import may_use


def may_watch_view(user: User, view: SavedView) -> Verdict:
    """Whoever may use it."""
    return may_keep_own(user) & may_use(user, view)
