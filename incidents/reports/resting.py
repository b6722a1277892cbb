"""A message sentence by sentence, with what each rests on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Communication, SentenceTie
from incidents.sentences import key_of, says_something, sentences
from incidents.times import TimeKind

Kind = SentenceTie.Kind


@dataclass(frozen=True)
class Sentence:
    """One sentence of a message with what it rests on; `is_claim` is false where it says nothing at all."""

    number: int
    text: str
    key: str
    ties: tuple[SentenceTie, ...]
    is_claim: bool

    @property
    def is_open(self) -> bool:
        """Neither tied to anything nor marked as resting on nothing measurable."""
        return self.is_claim and not self.ties


def sentences_of(communication: Communication) -> list[Sentence]:
    """The text, sentence by sentence. The caller may have fetched the `ties` with the message."""
    living: dict[str, list[SentenceTie]] = {}
    for tie in communication.ties.all():
        if tie.ended_at is None:
            living.setdefault(tie.sentence_key, []).append(tie)
    return [
        Sentence(number, text, key, tuple(living.get(key, ())), says_something(text))
        for number, text in enumerate(sentences(communication.text), 1)
        for key in [key_of(text)]
    ]


def label_of(given: SentenceTie, *, closed: Collection[int]) -> str:
    """What a sentence rests on, for somebody who may not read the pieces of evidence in `closed`."""
    if given.evidence is not None:
        hidden = given.evidence_id in closed
        return f"{given.evidence.reference} {_('(restricted)') if hidden else given.evidence.title}"
    if given.entry is not None:
        at = timezone.localtime(given.entry.occurred_at)
        told = _("(restricted)") if given.entry.data.get("evidence") in closed else given.entry.text[:160]
        return f"{at:%H:%M} {told}"
    if given.kind == Kind.TIME:
        at = timezone.localtime(datetime.fromisoformat(given.value))
        return f"{TimeKind(given.name).label}: {at:%d %b %Y, %H:%M %Z}"
    return f"{given.name}: {given.value}" if given.kind == Kind.FACT else given.reason


def resting(communication: Communication, *, closed: Collection[int]) -> list[dict[str, Any]]:
    """For a report, which says nothing of the pieces of evidence in `closed`."""
    return [
        {
            "text": each.text.strip(),
            "is_open": each.is_open,
            "rests_on": [
                {
                    "kind": str(tie.get_kind_display()),
                    "what": label_of(tie, closed=closed),
                    "by": tie.by.name,
                    "at": tie.at,
                }
                for tie in each.ties
            ],
        }
        for each in sentences_of(communication)
        if each.is_claim
    ]
