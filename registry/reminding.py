"""When somebody is reminded: the newest step that has come, in calendar days. Missed ones are not caught up on."""

from collections.abc import Sequence
from datetime import date


def due_step(due: date, today: date, *, before: Sequence[int], every: int) -> int | None:
    """In days from the day something is due: at those of `before`, in rising order, and after it `every` so many."""
    days = (today - due).days
    if days >= 0:
        return days - days % every
    return next((step for step in reversed(before) if step <= days), None)


def waiting_step(since: date, today: date, *, after: Sequence[int], every: int) -> int | None:
    """In days of waiting: at those of `after`, in rising order, and from the last of them on `every` so many."""
    days, last = (today - since).days, after[-1]
    if days >= last:
        return last + (days - last) // every * every
    return next((step for step in reversed(after) if step <= days), None)


def ending_step(until: date, today: date, *, left: Sequence[int]) -> int | None:
    """In days left of something, its last day included: at those of `left`, in falling order; nothing after its end."""
    days = (until - today).days
    return None if days < 0 else next((step for step in reversed(left) if days <= step), None)
