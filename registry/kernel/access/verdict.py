"""A policy's answer: allowed or not, and why, in words for the person who asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Verdict:
    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def __and__(self, other: "Verdict") -> "Verdict":
        """Both must allow; the first refusal gives the reason."""
        return other if self.allowed else self

    def __or__(self, other: "Verdict") -> "Verdict":
        """Either may allow; when neither does, the first refusal gives the reason."""
        return self if self.allowed or not other.allowed else other


ALLOWED = Verdict(True)
Policy = Callable[..., Verdict]


def deny(reason: object) -> Verdict:
    return Verdict(False, str(reason))


def verdict(condition: object, reason: object) -> Verdict:
    """Allowed when `condition` holds, else refused for `reason`."""
    return ALLOWED if condition else deny(reason)


class Refused(Exception):
    """A policy said no. Pages answer 403 with the reason, the API a problem document."""

    def __init__(self, answer: Verdict, policy: str = "") -> None:
        super().__init__(answer.reason)
        self.verdict = answer
        self.policy = policy


def require(policy: Policy, *arguments: Any, **named: Any) -> None:
    """Ask `policy`; raise `Refused` with its reason when it says no."""
    answer = policy(*arguments, **named)
    if not answer.allowed:
        raise Refused(answer, policy.__name__)
