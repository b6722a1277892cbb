"""Sources and signals, made through the services."""

from typing import Any

from django.utils import timezone

from intake.models import ReceivedSignal, SignalSource
from intake.services import receiving, sources, turning
from registry.models import User
from tests import people
from tests.intake import messages


def source(kind: str = "ALERTMANAGER", *, by: User | None = None, secret: str = "", **edited: Any
) -> tuple[SignalSource, str]:  # fmt: skip
    """A source owned by risk staff, and its token."""
    who = by or people.risk()
    made, token = sources.add(
        by=who, at=timezone.now(), name=f"{kind.title()} of the platform", kind=kind, signature_secret=secret
    )
    if edited:
        made = sources.edit(made, by=who, at=timezone.now(), reason="Test", **edited)
    return made, token


def deliver(to: SignalSource, *bodies: bytes, **more: Any) -> None:
    """All of them, read in one batch."""
    for body in bodies:
        receiving.receive(to, body, at=timezone.now(), **more)
    take_in()


def take_in() -> None:
    while turning.sweep(at=timezone.now()):
        continue


def signal(to: SignalSource | None = None, **labels: str) -> ReceivedSignal:
    chosen = to or source()[0]
    deliver(chosen, messages.alertmanager(messages.alert(**labels)))
    return ReceivedSignal.objects.filter(source=chosen).latest("pk")
