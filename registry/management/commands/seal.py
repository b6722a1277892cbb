"""`manage.py seal`: the sequencer. Runs beside web and worker; started twice, one waits for the other to end."""

import os
import signal
import socket
import time
from types import FrameType
from typing import Any

import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from registry.kernel.ledger import sequencing
from registry.kernel.ledger.keys import KeyMissing
from registry.kernel.ledger.notes import NoteError
from registry.kernel.ledger.published import Forked
from registry.kernel.ledger.sequencing import BATCH, Sequencer
from registry.models import Heartbeat

log = structlog.get_logger(__name__)

IDLE_SECONDS = 0.3
HEARTBEAT_SECONDS = 10.0
TROUBLED_SECONDS = 2.0
NEVER = float("-inf")
AWAY = (OperationalError, InterfaceError)
PLAIN = (Forked, KeyMissing, OSError, *AWAY)
"""What a sentence says all about."""
FORESEEN = (*PLAIN, NoteError, DatabaseError, ObjectDoesNotExist)


def sentence_of(failure: Exception) -> str:
    """What keeps the log from being signed, for the person who has to see to it."""
    kind, first = type(failure).__name__, str(failure).split("\n", 1)[0][:300]
    if isinstance(failure, (Forked, KeyMissing)):
        return str(failure)
    if isinstance(failure, AWAY):
        return f"The database does not answer: {kind}."
    if isinstance(failure, OSError):
        return f"What was signed last cannot be remembered: {failure.strerror or kind}."
    if isinstance(failure, (DatabaseError, ObjectDoesNotExist)):
        return f"The tables of the ledger are not as they should be ({kind}: {first}). Run verify_ledger."
    return f"The log cannot be signed ({kind}: {first})."


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
        except FORESEEN as failure:
            raise CommandError(sentence_of(failure)) from failure

    def until_stopped(self) -> None:
        self.is_stopping = False
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self.stop)
        self.beaten_at = NEVER
        self.said = ""
        sequencer = Sequencer()
        while not self.is_stopping:
            try:
                taken, trouble = sequencer.advance(), ""
            except Exception as failure:  # whatever it is: it is said where people look, and tried again
                taken, trouble = 0, self.sentence_of(failure)
                sequencer = Sequencer()
            self.say(trouble)
            self.beat()
            if trouble:
                self.rest(TROUBLED_SECONDS)
            elif taken < BATCH:
                self.rest(IDLE_SECONDS)

    def sentence_of(self, failure: Exception) -> str:
        """Of what needs more than a sentence the log shows where it came from, once."""
        sentence = sentence_of(failure)
        if not isinstance(failure, PLAIN) and sentence != self.said:
            log.exception("log not signed")
        if isinstance(failure, AWAY):
            connection.close()
        return sentence

    def say(self, sentence: str) -> None:
        """Once for each new trouble, not once a second; its beginning and its end are known at once."""
        if sentence == self.said:
            return
        if sentence:
            log.error("log not signed", reason=sentence)
        self.said = sentence
        self.beaten_at = NEVER

    def beat(self) -> None:
        """A database that does not take it is no reason to end: the pages then say that this process is silent."""
        if time.monotonic() - self.beaten_at <= HEARTBEAT_SECONDS:
            return
        name = f"seal@{socket.gethostname()}"
        try:
            Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now(), "trouble": self.said[:500]})
        except DatabaseError as failure:
            log.warning("heartbeat not written", reason=type(failure).__name__)
            connection.close()
        else:
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
