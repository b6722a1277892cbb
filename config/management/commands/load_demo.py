"""`manage.py load_demo`: people, a real inventory and a few incidents, all marked as made up."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from config.demo import (
    assessing,
    attesting,
    baselines,
    cast,
    containing,
    gaps,
    gates,
    inventory,
    leaving,
    letters,
    outside,
    own_fields,
    playbooks,
    readying,
    registry,
    rules,
    signalling,
    small_ones,
    storm,
    together,
    vendors,
    watches,
    watching,
)
from registry.kernel.audit.context import Origin, acting
from registry.models import Installation, User, Workflow
from registry.services import readiness


class Command(BaseCommand):
    help = "Load demonstration data into an empty local database. Loading it twice changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        installation = Installation.objects.filter(pk=1).first()
        if installation is not None and installation.is_demo:
            self.stdout.write("The demonstration data is there already.")
            return
        if not settings.IS_LOCAL:
            raise CommandError("Demonstration data goes into local installations only.")
        if User.objects.exists() or Workflow.objects.exists():
            raise CommandError("This database is in use. Demonstration data goes into an empty one.")
        self.stdout.write("Loading demonstration data …")
        with transaction.atomic(), acting(origin=Origin.COMMAND, reason="Demonstration data", unit_id="load_demo"):
            self.load()
        self.stdout.write(f"{Workflow.objects.count()} workflows loaded.")

    def load(self) -> None:
        now = timezone.now()
        Installation.objects.create(pk=1, organisation="Northgate Mutual", is_demo=True)
        people = cast.hire()
        rules.agreed(people, now=now)
        workflows = registry.furnish(people, at=now)
        vendors.answered(people, now=now)
        own_fields.filled(people, workflows, at=now)
        watching.happened(people, workflows, now=now)
        baselines.approved(people, workflows, now=now)
        assessing.furnish(people, workflows, at=now)
        gaps.stand(people, workflows, now=now)
        attesting.earlier(people, workflows, now=now)
        containing.prepared(people, workflows, now=now)
        playbooks.written(people, workflows, now=now)
        readying.stand(people, workflows, now=now)
        gates.passed(people, workflows, now=now)
        inventory.bring_in(by=people["risk"], at=now)
        together.changed(people, now=now)
        watches.chosen(people, workflows, now=now)
        earlier = letters.happened(people, workflows, now=now)
        small_ones.happened(people, workflows, now=now)
        status_page = outside.listening(people, now=now)
        going_on = storm.happened(people, workflows, now=now)
        storm.linked(going_on, earlier, people, now=now)
        outside.told(status_page, going_on, people, now=now)
        signalling.arrived(people, workflows, storm=going_on, now=now)
        baselines.drifted(people, workflows, now=now)
        leaving.happened(people, workflows, now=now)
        attesting.going_on(people, workflows, now=now)
        readiness.sweep(at=now)
        watches.told(people, workflows, now=now)
