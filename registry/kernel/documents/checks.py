"""`manage.py check`: whether reports can be signed, today and next month."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from registry.kernel.documents.certificates import Chain, read_chain
from registry.kernel.documents.credentials import mismatch
from registry.kernel.documents.delays import SigningUnavailable
from registry.kernel.documents.signers import read_key

SOON = timedelta(days=30)
UNUSABLE = "holdfast.W020"
EXPIRES = "holdfast.W021"


@register(Tags.security)
def check_signing(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Looks at files only: neither a token nor a service is troubled each time a command starts."""
    if settings.DOCUMENT_DEMONSTRATION_KEY:
        return []
    try:
        chain = read_chain(at=timezone.now())
        elsewhere = settings.DOCUMENT_KMS_URL or settings.DOCUMENT_PKCS11_MODULE
        if not elsewhere and read_key().public_key() != chain.public_key:
            raise mismatch()
    except SigningUnavailable as unusable:
        return [checks.Warning(str(unusable), hint=_("Reports that are asked for wait until then."), id=UNUSABLE)]
    return _expiring(chain)


def _expiring(chain: Chain) -> list[CheckMessage]:
    until = chain.leaf.not_valid_after_utc
    if until > timezone.now() + SOON:
        return []
    sentence = _("The signing certificate expires on %(day)s.") % {"day": date_format(until, "j F Y")}
    return [checks.Warning(sentence, hint=_("Renew it before then: reports wait while it is expired."), id=EXPIRES)]
