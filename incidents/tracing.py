"""Ids of distributed traces, as W3C Trace Context writes them and OpenTelemetry uses them. Pure.

Source: W3C Trace Context, level 1, sections 3.2.2.3 (trace-id), 3.2.2.4 (parent-id) and 3.2.2.2 (version).
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

TRACE: Final = re.compile(r"[0-9a-f]{32}")
SPAN: Final = re.compile(r"[0-9a-f]{16}")
_PARENT: Final = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
PLACES: Final = ("trace_id", "span_id", "run_id")


class BadTrace(ValueError):
    """`field` is what is wrong."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Trace:
    """`span_id` may be empty."""

    trace_id: str
    span_id: str = ""


def trace_of(trace_id: str, span_id: str = "") -> Trace | None:
    """The two checked, None where neither was given. Capitals are taken for what they mean; all zeros mean no trace.

    Raises BadTrace for the one that is none.
    """
    trace, span = trace_id.strip().lower(), span_id.strip().lower()
    if not trace and not span:
        return None
    if not TRACE.fullmatch(trace) or not trace.strip("0"):
        raise BadTrace("trace_id")
    if span and (not SPAN.fullmatch(span) or not span.strip("0")):
        raise BadTrace("span_id")
    return Trace(trace, span)


def from_traceparent(header: str) -> Trace | None:
    """What a `traceparent` header names. One that is not understood is passed over, as the recommendation asks."""
    found = _PARENT.fullmatch(header.strip())
    if found is None or found[1] == "ff" or (found[1] == "00" and found[5]):
        return None
    try:
        return trace_of(found[2], found[3])
    except BadTrace:
        return None


def is_template(address: str) -> bool:
    """Whether an address with places leads to a trace: over HTTP, with the trace in it, and no unknown place."""
    try:
        filled = address.format(**dict.fromkeys(PLACES, "0"))
    except (KeyError, IndexError, ValueError, AttributeError):
        return False
    return filled.startswith(("http://", "https://")) and "{trace_id}" in address


def address_of(template: str, *, trace_id: str, span_id: str = "", run_id: str = "") -> str:
    """Where the trace is looked at; nothing without a template or a trace."""
    if not template or not trace_id:
        return ""
    values = zip(PLACES, (trace_id, span_id, run_id), strict=True)
    return template.format(**{name: quote(value, safe="") for name, value in values})
