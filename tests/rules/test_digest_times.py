"""When gathered mail is due, on every clock there is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from registry.digest_times import moment_on, newest_due, next_due

ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu",
    "Pacific/Apia", "America/Sao_Paulo", "Africa/Cairo", "Antarctica/Troll", "Asia/Beirut",
]  # fmt: skip
zones = st.sampled_from(ZONES).map(ZoneInfo)
hours = st.integers(0, 23)
moments = st.integers(1_300_000_000, 2_050_000_000).map(lambda second: datetime.fromtimestamp(second, tz=UTC))
days = st.dates(date(2011, 1, 1), date(2035, 1, 1))


@given(at=moments, hour=hours, zone=zones, weekday=st.none() | st.integers(0, 6))
def test_the_newest_and_the_next_enclose_now_and_nothing_lies_between(
    at: datetime, hour: int, zone: ZoneInfo, weekday: int | None
) -> None:
    last, coming = (rule(at, hour=hour, zone=zone, weekday=weekday) for rule in (newest_due, next_due))
    assert last <= at < coming
    assert coming - last <= timedelta(days=2 if weekday is None else 9)
    assert newest_due(coming - timedelta(microseconds=1), hour=hour, zone=zone, weekday=weekday) == last


@given(day=days, hour=hours, zone=zones)
def test_each_day_has_one_moment_and_days_keep_their_order(day: date, hour: int, zone: ZoneInfo) -> None:
    assert moment_on(day, hour=hour, zone=zone) <= moment_on(day + timedelta(days=1), hour=hour, zone=zone)


@given(day=days, hour=hours, zone=zones)
def test_the_hour_is_that_of_the_clock_or_the_first_after_it_that_there_was(
    day: date, hour: int, zone: ZoneInfo
) -> None:
    local = moment_on(day, hour=hour, zone=zone).astimezone(zone)
    asked = datetime.combine(day, time(hour))
    assert local.replace(tzinfo=None) >= asked
    if local.replace(tzinfo=None, fold=0) == asked:
        assert local.fold == 0
    else:
        assert asked.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != asked


def test_clocks_that_are_put_forward_and_back_send_one_mail_a_day() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert moment_on(date(2027, 3, 28), hour=2, zone=berlin) == datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert moment_on(date(2027, 10, 31), hour=2, zone=berlin) == datetime(2027, 10, 31, 0, tzinfo=UTC)
    after = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)  # 02:30 for the second time
    assert newest_due(after, hour=2, zone=berlin) == datetime(2027, 10, 31, 0, tzinfo=UTC)
