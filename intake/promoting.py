"""Which signals make an incident by themselves. Off unless the owner of the source switched it on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from intake.formats.event import Event
from intake.kinds import Status


@dataclass(frozen=True)
class Promotion:
    is_on: bool = False
    levels: Sequence[str] = ()
    """Any of these, as the source writes them, in lower case. Empty: any level."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """All of these."""

    def takes(self, event: Event) -> bool:
        """What is over, or only seen, makes no incident."""
        return (
            self.is_on
            and event.status in (Status.FIRING, Status.REPORTED)
            and (not self.levels or event.level in self.levels)
            and all(event.labels.get(name) == value for name, value in self.labels.items())
        )
