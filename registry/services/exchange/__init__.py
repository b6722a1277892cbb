"""Kinds of records that leave as files and come back, each written through the service its pages use."""

from registry.services.exchange.columns import Column, Plain
from registry.services.exchange.kinds import Given, RecordKind
from registry.services.exchange.known import KINDS, WORKFLOWS, kind_of, kinds_for

__all__ = [
    "KINDS",
    "WORKFLOWS",
    "Column",
    "Given",
    "Plain",
    "RecordKind",
    "kind_of",
    "kinds_for",
]
