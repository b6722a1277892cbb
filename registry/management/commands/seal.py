"""`manage.py seal`: the sequencer. Runs beside web and worker; started twice, one waits for the other to end."""

import os
import signal
import socket
import time
from types import FrameType
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from registry.kernel.ledger import sequencing
from registry.kernel.ledger.keys import KeyMissing
from registry.kernel.ledger.published import Forked
from registry.kernel.ledger.sequencing import BATCH, Sequencer
from registry.models import Heartbeat

log = structlog.get_logger(__name__)

IDLE_SECONDS = 0.3
HEARTBEAT_SECONDS = 10.0
REFUSED_SECONDS = 5.0
NEVER = float("-inf")


class Command(BaseCommand):
    help = "Give every entry of the record its place in the log and sign checkpoints, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Seal what is waiting now, and end.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.once()
        else:
            self.until_stopped()

    def once(self) -> None:
        try:
            self.stdout.write(f"{sequencing.advance()} entries sealed.")
        except (Forked, KeyMissing) as refusal:
            raise CommandError(str(refusal)) from refusal

    def until_stopped(self) -> None:
        self.is_stopping = False
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self.stop)
        self.beaten_at = NEVER
        self.said = ""
        sequencer = Sequencer()
        while not self.is_stopping:
            try:
                taken = sequencer.advance()
                self.say("")
                self.beat()
            except (Forked, KeyMissing) as refusal:
                self.refused(str(refusal))
            except OSError as failure:
                why = failure.strerror or type(failure).__name__
                self.refused(f"What was signed last cannot be remembered: {why}.")
            except (OperationalError, InterfaceError) as failure:
                self.say(f"The database does not answer: {type(failure).__name__}")
                connection.close()
                sequencer = Sequencer()
                self.rest(1.0)
            else:
                if taken < BATCH:
                    self.rest(IDLE_SECONDS)

    def refused(self, sentence: str) -> None:
        self.say(sentence)
        self.beat()
        self.rest(REFUSED_SECONDS)

    def say(self, sentence: str) -> None:
        """Once for each new trouble, not once a second; its beginning and its end are known at once."""
        if sentence == self.said:
            return
        if sentence:
            log.error("log not signed", reason=sentence)
        self.said = sentence
        self.beaten_at = NEVER

    def beat(self) -> None:
        if time.monotonic() - self.beaten_at > HEARTBEAT_SECONDS:
            name = f"seal@{socket.gethostname()}"
            Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now(), "trouble": self.said[:500]})
            self.beaten_at = time.monotonic()

    def rest(self, seconds: float) -> None:
        """In small pieces, and not at all once the process that started this one is gone."""
        until = time.monotonic() + seconds
        while not self.is_stopping and time.monotonic() < until:
            time.sleep(0.05)
        if os.getppid() == 1 and self.started_by != 1:
            self.is_stopping = True

    def execute(self, *args: Any, **options: Any) -> Any:
        self.started_by = os.getppid()
        return super().execute(*args, **options)

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping = True
