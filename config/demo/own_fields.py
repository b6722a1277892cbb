"""Fields the invented insurer added to the record, and what its workflows say in them."""

from datetime import datetime, timedelta
from itertools import cycle

from registry.models import User, Workflow
from registry.services import custom_fields, workflows

REGIONS = ("Nordics", "Central Europe", "Iberia", "All countries")
FIELDS = (
    ("Region", "CHOICE", "Where the people live whose cases it handles.", {"choices": list(REGIONS), "position": 10}),
    ("Yearly cost", "NUMBER", "Licences and running, in thousand euro.", {"position": 20}),
    ("Model sponsor", "PERSON", "Who speaks for it in the steering group.", {"position": 30}),
    ("Contract end", "DATE", "The last day of the contract with its vendor.", {"position": 40}),
    ("Design document", "LINK", "", {"position": 50, "is_filter": False}),
)


def filled(people: dict[str, User], entries: dict[str, Workflow], *, at: datetime) -> None:
    risk, begun = people["risk"], at - timedelta(days=80)
    for name, kind, said, more in FIELDS:
        custom_fields.define(by=risk, at=begun, reason="Asked by finance", name=name, kind=kind, help_text=said, **more)
    sponsors = cycle([people["exec"], people["owner"]])
    for place, workflow in enumerate(entries.values()):
        values = {
            "region": REGIONS[place % 4],
            "yearly_cost": 40 + 35 * place,
            "model_sponsor": next(sponsors).pk,
            "contract_end": (at + timedelta(days=60 + 40 * place)).date() if workflow.vendor_id else None,
        }
        workflows.edit(
            workflow, by=risk, at=begun, reason="First round of the new fields", opened_version=None, custom=values
        )
