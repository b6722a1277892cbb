"""How much is taken: per source, and of callers who cannot prove who they are."""

import time
from typing import Final

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

from registry.kernel.http.limits import Limit

log = structlog.get_logger(__name__)
MOST_A_MINUTE: Final = 60_000
"""Deliveries of one source. More than any monitoring sends; enough to keep one fault from drowning the rest."""
RESPITE: Final = 10.0
"""Seconds in which whoever counts is left alone once it was found away: no delivery waits for it twice."""
WRONG: Final = Limit("signals-in-wrong", 120)
"""Refused attempts of one address in a minute."""


class _Away:
    """Until when nobody is asked to count, by the clock of this process."""

    until = 0.0


_away: Final = _Away()


def wait_for(source: int) -> int:
    """Seconds until this source may send again; zero when it may now, and while nobody can count."""
    now = int(time.time())
    if time.monotonic() < _away.until:
        return 0
    key = f"signals-in:{source}:{now // 60}"
    try:
        cache.add(key, 0, timeout=60)
        sent = cache.incr(key)
    except (RedisError, OSError) as failure:
        _away.until = time.monotonic() + RESPITE
        log.warning("deliveries not counted", why=type(failure).__name__)
        return 0
    except ValueError:  # it ran out between the two
        return 0
    return 0 if sent <= MOST_A_MINUTE else 60 - now % 60
