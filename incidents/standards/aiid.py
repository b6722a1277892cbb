"""A link to the submission form of the AI Incident Database, with what is known already typed in.

The database is public and reports what was published elsewhere, so that it asks for an address anybody can read.
"""

from typing import Any, Final
from urllib.parse import urlencode

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from incidents.standards.fields import Field, Place, direct, from_fact, missing, partial
from incidents.standards.known import Known

NAME: Final = "AI Incident Database"
FORM: Final = "https://incidentdatabase.ai/apps/submit/"
LONGEST: Final = 2000
"""Characters of the text that travel in the address; more would be cut off on the way."""
SHORTEST: Final = 80
"""The form refuses a text that is shorter."""


def fields(known: Known) -> list[Field]:
    """In the order of the form. Keys are the names of its parameters."""
    return [
        _address(known),
        direct("title", _("Headline"), known.title, _("Title"), is_mandatory=True),
        from_fact("authors", _("Authors"), known, "Author of the report", is_mandatory=True),
        direct("submitters", _("Submitters"), known.submitter, _("Whoever exports it")),
        _date(known),
        from_fact("date_published", _("Date published"), known, "Published", is_mandatory=True),
        direct(
            "date_downloaded", _("Date downloaded"), known.exported.isoformat(), _("The day of the export"),
            is_mandatory=True,
        ),
        _text(known),
        partial(
            "editor_notes", _("Notes for editors"), _notes(known), _("Affected workflows and vendors"),
            hint=_("The form asks for developers, deployers and harmed parties; type them from here."),
        ),
    ]  # fmt: skip


def document(known: Known) -> dict[str, Any]:
    return {"url": link(known)}


def link(known: Known) -> str:
    """Lists are written as the form reads them: once for each value."""
    given = [(each.key, each.value) for each in fields(known) if each.value]
    return f"{FORM}?{urlencode([(key, str(value)) for key, value in given])}"


def _address(known: Known) -> Field:
    found = from_fact("url", _("Address of the report"), known, "Public report", is_mandatory=True)
    urls = [each for each in str(found.value or "").split() if each.startswith(("https://", "http://"))]
    if found.value and not urls:
        return missing("url", found.name, place=Place.FACTS, hint=_("The fact holds no address."), is_mandatory=True)
    return Field(**{**vars(found), "value": urls[0]}) if urls else found


def _date(known: Known) -> Field:
    found = known.first_known()
    if found is None:
        hint = _("Enter when it occurred or started.")
        return missing("incident_date", _("Incident date"), place=Place.TIMES, hint=hint, is_mandatory=True)
    day = localdate(found[1]).isoformat()
    if found[0] == "DETECTED":
        hint = _("Only when it was detected is known. Enter when it occurred or started.")
        return partial(
            "incident_date", _("Incident date"), day, _("Detected"), place=Place.TIMES, hint=hint, is_mandatory=True
        )
    return direct("incident_date", _("Incident date"), day, _("Occurred or started"), is_mandatory=True)


def _text(known: Known) -> Field:
    text = "\n\n".join(part for part in (known.summary, known.harm_seen) if part)
    if SHORTEST <= len(text) <= LONGEST:
        return direct("text", _("Text"), text, _("What was seen, and the harm"), is_mandatory=True)
    hint = _("The form asks for the text of the public report, of 80 characters or more; paste it there.")
    return partial("text", _("Text"), text[:LONGEST], _("What was seen, and the harm"), hint=hint, is_mandatory=True)


def _notes(known: Known) -> str:
    deployer = [f"Deployer: {known.organisation}"] if known.organisation else []
    vendors = sorted({each.vendor for each in known.systems if each.vendor})
    developers = [f"Developers: {', '.join(vendors)}"] if vendors else []
    harmed = known.fact("Harmed parties", "Affected people")
    return "; ".join([*deployer, *developers, *([f"Harmed parties: {harmed}"] if harmed else [])])
