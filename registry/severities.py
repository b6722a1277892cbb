"""The three levels of severity. Near misses and quality issues carry none."""

from django.utils.translation import gettext_lazy as _

from registry.labelled import Labelled


class Severity(Labelled):
    SEV1 = "SEV-1", _("SEV-1")
    SEV2 = "SEV-2", _("SEV-2")
    SEV3 = "SEV-3", _("SEV-3")
