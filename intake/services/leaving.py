"""Sources of people who leave, and how they pass to somebody else."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from intake.models import SignalSource
from registry.services.holdings import Kind, declare
from registry.services.own_holdings import hand_field


def declare_own() -> None:
    declare(KINDS, place=4)


KINDS = (
    Kind(
        "signal-source", gettext_lazy("Owner of a signal source"), SignalSource, "owner", lambda: Q(is_enabled=True),
        str, lambda source: source.get_absolute_url(), hand_field,
    ),
)  # fmt: skip
