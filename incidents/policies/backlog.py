"""Who takes down how much work waits."""

from incidents.models import Incident
from incidents.policies.incidents import may_work
from registry.kernel.access.verdict import Verdict
from registry.models import User


def may_record(user: User, incident: Incident) -> Verdict:
    return may_work(user, incident)
