"""Readable addresses for many workflows at once."""

from collections import defaultdict
from itertools import count

from django.utils.text import slugify

from registry.models import Workflow

_LONGEST = 70


class Slugs:
    """Reads those that are taken once; after that each address costs no query, however many share a name."""

    def __init__(self) -> None:
        self._taken = set(Workflow.objects.values_list("slug", flat=True))
        self._numbers: defaultdict[str, count[int]] = defaultdict(lambda: count(2))

    def take(self, name: str) -> str:
        base = slugify(name)[:_LONGEST].strip("-") or "workflow"
        slug = base
        while slug in self._taken:
            slug = f"{base}-{next(self._numbers[base])}"
        self._taken.add(slug)
        return slug
