"""Who watches workflows. It changes nothing for others, so that even people who only audit may."""

from registry.kernel.access.verdict import Verdict
from registry.models import User, Workflow
from registry.policies.people import may_keep_own
from registry.policies.workflows import may_see


def may_watch(user: User, workflow: Workflow) -> Verdict:
    """Whoever may see it."""
    return may_keep_own(user) & may_see(user, workflow)
