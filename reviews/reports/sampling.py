"""Choosing entries of the ledger in a way that anybody can repeat and nobody can steer afterwards."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import models
from django.db.models import CharField, F, Func, IntegerField, QuerySet, Value, Window
from django.db.models.functions import Cast, Concat, Mod, RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.models import AuditEntry

MOST = 20_000
"""Entries of one pack: some 1,500 printed pages."""


class Method(models.TextChoices):
    ALL = "ALL", gettext_lazy("All entries")
    EVERY = "EVERY", gettext_lazy("Every n-th entry")
    DRAWN = "DRAWN", gettext_lazy("Drawn by a seed")


@dataclass(frozen=True)
class Sampling:
    """`number` is the step of EVERY and the size of DRAWN; `seed` is printed, so that the draw can be repeated."""

    method: Method
    number: int = 0
    seed: str = ""

    @property
    def first(self) -> int:
        """Place, counted from one, of the first entry that EVERY takes: anywhere in the first step."""
        return int(sha256(self.seed.encode()).hexdigest(), 16) % max(self.number, 1) + 1

    def in_words(self) -> str:
        if self.method == Method.EVERY:
            return _(
                "Put in the order of the ledger, entry %(first)d of the population and every %(step)d after it. "
                "The first is one more than the remainder of SHA-256(seed), read as a number, divided by %(step)d."
            ) % {"first": self.first, "step": self.number}
        if self.method == Method.DRAWN:
            return _(
                "The %(size)d entries of the population with the smallest SHA-256(seed, colon, index), where index "
                "is the entry's place in the ledger written in decimal digits; all of them if there are fewer."
            ) % {"size": self.number}
        return _("Every entry of the population.")


def population(rows: QuerySet[AuditEntry], size: int) -> QuerySet[AuditEntry]:
    """Of `rows`, what a checkpoint of `size` leaves seals: only that has a proof, and it never changes again."""
    return AuditEntry.objects.filter(pk__in=rows.order_by().values("pk"), leaf__index__lt=size).order_by("leaf__index")


def size_of(sealed: QuerySet[AuditEntry], sampling: Sampling) -> int:
    """How many entries will be drawn from a population, by counting no further than that takes.

    One more than MOST stands for every larger number.
    """
    if sampling.method == Method.DRAWN:
        return min(_count(sealed, sampling.number), MOST + 1)
    if sampling.method == Method.EVERY:
        found = _count(sealed, sampling.first + sampling.number * MOST)
        return (found - sampling.first + sampling.number) // sampling.number
    return _count(sealed, MOST + 1)


def _count(sealed: QuerySet[AuditEntry], most: int) -> int:
    return sealed.order_by()[:most].count()


def draw(sealed: QuerySet[AuditEntry], sampling: Sampling) -> list[tuple[int, int]]:
    """Place in the ledger and number of each entry chosen from a population, in the order of the ledger.

    One more than MOST is the most that comes back.
    """
    if sampling.method == Method.EVERY:
        place: Any = Window(RowNumber(), order_by=F("leaf__index").asc())
        offset = Mod(F("place") - Value(sampling.first), Value(sampling.number), output_field=IntegerField())
        sealed = sealed.annotate(place=place).annotate(offset=offset).filter(offset=0)
    elif sampling.method == Method.DRAWN:
        index = Concat(Value(f"{sampling.seed}:"), Cast("leaf__index", CharField()))
        lot = Func(Func(index, Value("UTF8"), function="convert_to"), function="sha256")
        chosen = sealed.order_by(lot).values("pk")[: min(sampling.number, MOST + 1)]
        sealed = AuditEntry.objects.filter(pk__in=chosen).order_by("leaf__index")
    return list(sealed.values_list("leaf__index", "pk")[: MOST + 1])
