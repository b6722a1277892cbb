"""PostgreSQL full text from what a person types: every word must match, the last one may be unfinished."""

import re

from django.contrib.postgres.search import SearchQuery

_WORD = re.compile(r"\w+", re.UNICODE)


def prefix_query(words: str, config: str = "english") -> SearchQuery | None:
    """A raw tsquery of the words in `words`, or nothing when there is no word in it."""
    parts = _WORD.findall(words)[:12]
    if not parts:
        return None
    return SearchQuery(" & ".join([*parts[:-1], f"{parts[-1]}:*"]), search_type="raw", config=config)
