"""JSON as strangers send it: of a bearable depth, in UTF-8, with numbers that can be kept."""

import json
from typing import Any

from django.utils.translation import gettext as _

from intake.formats.event import Unreadable


def parsed(body: bytes) -> Any:
    """Raises Unreadable, and nothing else, whatever the bytes are."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as wrong:
        raise Unreadable(_("The body is not UTF-8 (byte %(place)s).") % {"place": wrong.start}) from wrong
    except json.JSONDecodeError as wrong:
        words = {"why": wrong.msg, "line": wrong.lineno, "column": wrong.colno}
        raise Unreadable(_("The body is not JSON: %(why)s, line %(line)s, column %(column)s.") % words) from wrong
    except RecursionError as wrong:
        raise Unreadable(_("The JSON is nested too deeply.")) from wrong
    except ValueError as wrong:  # numbers with more digits than are converted
        raise Unreadable(_("The JSON holds a number that cannot be read.")) from wrong


def an_object(body: bytes) -> dict[str, Any]:
    found = parsed(body)
    if not isinstance(found, dict):
        raise Unreadable(_("The body is JSON, but not an object."))
    return found


def _no_number(name: str) -> Any:
    raise ValueError(name)
