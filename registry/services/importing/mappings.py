"""Mappings by name: those that come with the product and those people asked to remember."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.models import ImportMapping, User
from registry.policies.imports import may_import, may_import_records
from registry.services.exchange import WORKFLOWS
from registry.sheets import load_shipped, shipped_mappings

NAME_LIMIT = 50
"""Characters. With the key of a row behind it, the name must fit where a workflow keeps where it came from."""


@dataclass(frozen=True)
class Known:
    name: str
    title: str
    definition: Mapping[str, Any]
    is_shipped: bool


def known_mappings(of: str = WORKFLOWS) -> list[Known]:
    """Those people remembered for records of this kind first, the newest of them at the top."""
    remembered = ImportMapping.objects.filter(is_shipped=False).order_by("-pk")
    own = [Known(row.name, row.title, row.definition, False) for row in remembered]
    shipped = [_shipped(name) for name in shipped_mappings()]
    return [known for known in own + shipped if known.definition.get("of", WORKFLOWS) == of]


def known(name: str) -> Known:
    """Raises LookupError for a name that nobody remembered and that does not come with the product."""
    row = ImportMapping.objects.filter(name=name, is_shipped=False).first()
    return Known(row.name, row.title, row.definition, False) if row else _shipped(name)


def _shipped(name: str) -> Known:
    definition = load_shipped(name)
    return Known(name, str(definition.get("title", name)), definition, True)


def unnamed(columns: Sequence[str], of: str = WORKFLOWS) -> str:
    """The name of a mapping nobody named: files with the same headings are of one kind and share it."""
    return f"{of or 'columns'}-{hashlib.sha256(chr(31).join(columns).encode()).hexdigest()[:16]}"


@transaction.atomic
def remember(title: str, definition: Mapping[str, Any], *, chosen: str = "", by: User, at: datetime) -> ImportMapping:
    """Keep `definition` under `title` for the next file of its kind. Only the mapping that was `chosen` is replaced."""
    of = str(definition.get("of", WORKFLOWS))
    require(may_import if of == WORKFLOWS else may_import_records, by)
    name = name_for(title, chosen=chosen)
    row = ImportMapping.objects.select_for_update().filter(name=name).first() or ImportMapping(name=name, version=0)
    row.title, row.definition = title.strip(), {**definition, "name": name, "title": title.strip()}
    row.version += 1
    with acting(user_id=by.pk, reason=_("Import mapping “%(title)s” remembered") % {"title": row.title}):
        row.save()
    return row


def name_for(title: str, *, chosen: str = "") -> str:
    """The name a mapping called `title` gets, or a `ValidationError` where it is taken."""
    name = slugify(title)[:NAME_LIMIT].strip("-")
    if not name:
        raise ValidationError({"remember_as": _("Use letters or digits.")})
    if name in shipped_mappings():
        raise ValidationError({"remember_as": _("A mapping of this name comes with the product. Choose another name.")})
    if name != chosen and ImportMapping.objects.filter(name=name).exists():
        raise ValidationError(
            {
                "remember_as": _(
                    "There is a mapping of this name already. Start from it to change it, or choose another."
                )
            }
        )
    return name


def row_of(name: str, *, by: User) -> ImportMapping | None:
    """The stored mapping called `name`; one that comes with the product is stored when it is first used."""
    row = ImportMapping.objects.filter(name=name).first()
    if row is not None or name not in shipped_mappings():
        return row
    shipped = _shipped(name)
    with acting(user_id=by.pk, reason=_("First use of a mapping that comes with the product")):
        made, _created = ImportMapping.objects.get_or_create(
            name=name, defaults={"title": shipped.title[:150], "definition": shipped.definition, "is_shipped": True}
        )
    return made
