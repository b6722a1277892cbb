"""Log lines: one JSON object each, with the request they belong to and nothing secret."""

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

_json = structlog.processors.JSONRenderer(sort_keys=True)


def renderer(logger: Any, name: str, event: MutableMapping[str, Any]) -> str | bytes:
    record = event.pop("_record", None)
    event.pop("_from_structlog", None)
    if record is not None:
        event.setdefault("logger", record.name)
        event.setdefault("level", record.levelname.lower())
    structlog.contextvars.merge_contextvars(logger, name, event)
    structlog.processors.TimeStamper(fmt="iso", utc=True)(logger, name, event)
    event = structlog.processors.format_exc_info(logger, name, event)
    return _json(logger, name, event)


class WithoutTickets(logging.Filter):
    """Access lines of the web server hold whole addresses: what opens a stream is cut off them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                part.partition("?")[0] if isinstance(part, str) and part.startswith("/ofrep/") else part
                for part in record.args
            )
        return True
