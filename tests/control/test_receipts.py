"""Receipts in memory: the newest of each instance, bounded by key, and making room for those who come."""

import pytest

from registry.ofrep import receipts as module
from registry.ofrep.receipts import Receipts
from registry.ofrep.state import Caller

KEY = Caller(pk=1, workflow_id=1, digest="d", ends=None, may_acknowledge=True)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "time", made)
    return made


def write(receipts: Receipts) -> bool:
    return receipts.written(receipts.taken()[0])


def test_only_what_was_not_there_before_is_news(clock: Clock) -> None:
    receipts = Receipts()
    receipts.served(KEY, "a", 1, "client")
    assert receipts.news.is_set()
    assert write(receipts)
    receipts.served(KEY, "a", 1, "client")
    assert not receipts.news.is_set()
    assert not write(receipts)
    receipts.served(KEY, "a", 2, "client")
    assert receipts.news.is_set()


def test_names_that_come_and_go_never_use_up_the_room_of_a_key(clock: Clock) -> None:
    receipts = Receipts()
    for day in range(3):
        for number in range(module.MOST_INSTANCES):
            receipts.served(KEY, f"pod-{day}-{number}", 1, "client")
        seen = receipts.taken()[0]
        assert len(seen) == module.MOST_INSTANCES
        receipts.written(seen)
        clock.now += 24 * 3600
        receipts.written({})


def test_more_names_than_a_key_may_have_are_not_followed(clock: Clock) -> None:
    receipts = Receipts()
    for number in range(module.MOST_INSTANCES + 50):
        receipts.served(KEY, str(number), 1, "client")
        receipts.obeyed(KEY, f"obeyed-{number}", 1)
    assert len(receipts.taken()[0]) == module.MOST_INSTANCES


def test_what_could_not_be_written_is_not_lost_and_not_newer_than_what_came_since(clock: Clock) -> None:
    receipts = Receipts()
    receipts.served(KEY, "a", 1, "client")
    receipts.missed(KEY, "wf.x.mode")
    taken = receipts.taken()
    clock.now += 5
    receipts.served(KEY, "a", 2, "client")
    receipts.missed(KEY, "wf.x.mode")
    receipts.put_back(*taken)
    seen, missed = receipts.taken()
    assert (seen[1, "a"].revision, seen[1, "a"].first_at, seen[1, "a"].calls) == (2, clock.now, 2)
    assert missed[1, "wf.x.mode"].calls == 2
