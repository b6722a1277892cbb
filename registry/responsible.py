"""Who is meant by a rule that names no person: roles in an incident, and places around a workflow."""

from django.utils.translation import gettext_lazy as _

from registry.labelled import Labelled


class Called(Labelled):
    """The roles in an incident that are filled as soon as it is declared at a level."""

    LEAD = "LEAD", _("Incident lead")
    TECHNICAL = "TECHNICAL", _("Technical lead")
    BUSINESS = "BUSINESS", _("Business owner")
    LEGAL = "LEGAL", _("Legal and compliance")
    COMMUNICATIONS = "COMMUNICATIONS", _("Communications")
    SECURITY = "SECURITY", _("Security")
    EXECUTIVE = "EXECUTIVE", _("Executive sponsor")


class Responsible(Labelled):
    """Whom a rule names: the roles above, and those who are there without an incident as well."""

    LEAD = "LEAD", _("Incident lead")
    TECHNICAL = "TECHNICAL", _("Technical lead")
    BUSINESS = "BUSINESS", _("Business owner")
    DEPUTY = "DEPUTY", _("Deputy of the owner")
    RISK = "RISK", _("Risk and compliance")
    LEGAL = "LEGAL", _("Legal and compliance")
    COMMUNICATIONS = "COMMUNICATIONS", _("Communications")
    SECURITY = "SECURITY", _("Security")
    EXECUTIVE = "EXECUTIVE", _("Executive sponsor")
    RESPONDER = "RESPONDER", _("Any responder")
