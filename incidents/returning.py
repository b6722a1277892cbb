"""When a workflow may run as before: the criteria of its playbook beside those that every workflow has. Pure.

The common ones follow the governed-support paper: mitigation validated, signals back over the watching window, outputs
put right or listed with an owner, and a named person who approves. They are read from the record; those of a playbook
are confirmed by a person who says what shows it.
"""

import hashlib
import re
from typing import Final

_MARK: Final = re.compile(r"^\s*(?:[-*•–]|\d+[.)])\s+")
"""What begins a line of a list."""
LONGEST: Final = 500


def criteria(text: str) -> tuple[str, ...]:
    """Each line of a playbook's answer as a criterion, once, without the mark of a list."""
    lines = (_MARK.sub("", line).strip()[:LONGEST] for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def key_of(workflow: int, criterion: str) -> str:
    """Names a criterion of a workflow by its words: another wording is another criterion."""
    return f"{workflow}-{hashlib.sha256(criterion.encode()).hexdigest()[:16]}"
