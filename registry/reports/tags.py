"""The tags in use: how often, and which of them look like one tag written twice."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, F, Func, TextField

from registry.models import Workflow


@dataclass(frozen=True)
class TagUse:
    name: str
    workflows: int
    """Workflows that carry it, retired ones too."""
    alike: int
    """Other tags that differ from it in letter case, blanks or hyphens only."""


def core(name: str) -> str:
    """What stays of a tag when nobody minds how it is written."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def in_use(find: str = "") -> list[TagUse]:
    """The most frequent first. `find` is looked for in the names, in any letter case."""
    counted = (
        Workflow.objects.exclude(tags=[])
        .order_by()
        .annotate(tag=Func(F("tags"), function="unnest", output_field=TextField()))
        .values_list("tag")
        .annotate(n=Count("pk"))
    )
    cores = Counter(core(name) for name, _n in counted)
    wanted = find.casefold()
    found = [TagUse(name, n, cores[core(name)] - 1) for name, n in counted if wanted in name.casefold()]
    return sorted(found, key=lambda tag: (-tag.workflows, tag.name))
