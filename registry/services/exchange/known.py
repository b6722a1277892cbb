"""All kinds of records that leave and come back as files."""

from typing import Final

from registry.models import User
from registry.policies.imports import may_import
from registry.services.exchange.assignments import ASSIGNMENTS
from registry.services.exchange.capabilities import CAPABILITY
from registry.services.exchange.containment import CONTAINMENT
from registry.services.exchange.downstream import DOWNSTREAM
from registry.services.exchange.kinds import RecordKind
from registry.services.exchange.signals import SIGNALS
from registry.services.exchange.surfaces import SURFACES, VERSIONS
from registry.services.exchange.vendors import VENDORS

WORKFLOWS: Final = ""
"""The register itself, whose rows are read in their own way."""
KINDS: Final[dict[str, RecordKind]] = {
    kind.key: kind for kind in (ASSIGNMENTS, SIGNALS, DOWNSTREAM, SURFACES, VERSIONS, CONTAINMENT, CAPABILITY, VENDORS)
}


def kind_of(key: str) -> RecordKind | None:
    """Nothing for workflows."""
    return KINDS[key] if key else None


def kinds_for(user: User) -> list[str]:
    """What the person may bring in, workflows first."""
    own = [key for key, kind in KINDS.items() if kind.may(user)]
    return [WORKFLOWS, *own] if may_import(user) else own
