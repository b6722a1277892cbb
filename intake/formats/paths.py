"""Where something stands in a JSON document: as a JSON pointer (RFC 6901) or with dots, as people write it."""

from typing import Any

from django.utils.translation import gettext as _


class NoPath(ValueError):
    """What was typed names no place; the sentence says why."""


def steps_of(path: str) -> list[str]:
    """The names and places on the way. An empty path is the whole document."""
    typed = path.strip()
    if typed.startswith("/"):
        return [step.replace("~1", "/").replace("~0", "~") for step in typed[1:].split("/")]
    typed = typed.removeprefix("$").lstrip(".").replace("[", ".").replace("]", "")
    if not typed:
        return []
    steps = typed.split(".")
    if any(not step for step in steps):
        raise NoPath(_("Two dots follow each other, or the path ends with one."))
    return steps


def found_at(document: Any, path: str) -> Any:
    """What stands there, or None."""
    for step in steps_of(path):
        if isinstance(document, dict):
            document = document.get(step)
        elif isinstance(document, list) and step.isascii() and step.isdigit() and len(step) < 9:
            document = document[int(step)] if int(step) < len(document) else None
        else:
            return None
    return document


def places(document: Any, *, most: int = 60) -> list[tuple[str, str]]:
    """(path with dots, beginning of what stands there) of every scalar, to choose from; the first of each list."""
    found: list[tuple[str, str]] = []
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting and len(found) < most:
        path, value = waiting.pop(0)
        if isinstance(value, dict):
            waiting += [(f"{path}.{name}" if path else name, each) for name, each in value.items() if _is_plain(name)]
        elif isinstance(value, list):
            waiting += [(f"{path}.0" if path else "0", each) for each in value[:1]]
        elif path:
            found.append((path, str(value)[:60]))
    return found


def _is_plain(name: str) -> bool:
    return bool(name) and not any(sign in name for sign in "./[]~")
