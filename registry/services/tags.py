"""What a tag may be called, and how many workflows carry one."""

from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from registry.models import Workflow

LONGEST: Final = 40


def carrying(tag: str) -> int:
    return Workflow.objects.filter(tags__contains=[tag]).count()


def checked(name: str) -> str:
    """A name that can be typed as one of several: one line, without commas."""
    name = " ".join(name.split())
    if not name:
        raise ValidationError({"to": _("Give the tag a name.")})
    if "," in name:
        raise ValidationError({"to": _("A tag has no comma: commas separate tags.")})
    if len(name) > LONGEST:
        raise ValidationError({"to": _("A tag has at most %(limit)d characters.") % {"limit": LONGEST}})
    return name
