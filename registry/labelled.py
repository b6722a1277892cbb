"""The base of every enumeration in the pure rules: a stored upper-case symbol with a label for people."""

from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Labelled(StrEnum):
    """Members are written `NAME = "NAME", _("Label")`; the value is what is stored, the label what is shown.

    `choices` can be handed to a model field uncalled; the migration then keeps the reference, not a copy.
    """

    _label: "StrPromise | str"

    def __new__(cls, value: str, label: "StrPromise | str" = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member._label = label
        return member

    @property
    def label(self) -> str:
        """The label in the language active now."""
        return str(self._label)

    @classmethod
    def choices(cls) -> list[tuple[str, "StrPromise | str"]]:
        return [(member.value, member._label) for member in cls]


class Ordered(Labelled):
    """A scale: members are declared from the least to the most serious, and `rank` counts from 0."""

    @property
    def rank(self) -> int:
        return list(type(self)).index(self)

    def reaches(self, other: Self) -> bool:
        """Whether this is `other` or worse. Not `>=`, which on strings would compare the alphabet."""
        return self.rank >= other.rank
