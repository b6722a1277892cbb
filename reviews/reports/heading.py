"""What every record of a report begins with: its number, who asked for it and when, and who may read it."""

from datetime import datetime
from typing import Any

from django.conf import settings

from incidents.reports.identity import coded
from registry.kernel.documents.codes import verification_page
from registry.models import Installation, User


def heading(
    schema: str,
    *,
    number: str,
    version: int,
    by: User,
    at: datetime,
    readers: tuple[str, object],
    known_at: datetime | None = None,
) -> dict[str, Any]:
    """`readers` is a symbol and its words; the symbol RESTRICTED is printed as a mark on every page.

    `known_at` is the moment the record is shown at, where that was asked for; it is printed on every page too.
    """
    installation = Installation.objects.filter(pk=1).first() or Installation(pk=1)
    return {
        "schema": schema,
        "language": settings.LANGUAGE_CODE,
        "document": {
            "number": number,
            "version": version,
            "made_at": at,
            "made_by": by.name,
            "organisation": installation.organisation,
            "product": settings.PRODUCT_NAME,
            "is_demo": installation.is_demo,
            "as_of": known_at or at,
            "known_at": known_at,
            "visibility": coded(*readers),
            "verify_url": verification_page(),
        },
    }
