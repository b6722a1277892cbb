"""Each format as its tool writes it; and whatever else arrives raises nothing but `Unreadable`."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.binding import Rule, workflow_of
from intake.formats.event import LONGEST_KEY, Event, Unreadable, event, instant
from intake.formats.generic import generic
from intake.formats.paths import NoPath, found_at, places
from intake.formats.reading import Mapped, read
from intake.kinds import MACHINES, SourceKind, Status
from intake.promoting import Promotion
from tests.intake import messages
from tests.intake.messages import encoded

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)
KNOWN = (
    "alerts", "labels", "annotations", "status", "startsAt", "endsAt", "payload", "routing_key", "event_action",
    "dedup_key", "data", "issue", "event", "issue_id", "metric_alert", "id", "source", "type", "specversion", "title",
    "severity", "monitorId", "message", "custom_details", "links", "tags", "truncatedAlerts", "trigger", "resolve",
    "1.0", "monitor-alert", "resolved", "firing",
)  # fmt: skip
LIKE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(KNOWN) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KNOWN), inner, max_size=8),
    max_leaves=30,
)


def only(kind: str, body: bytes, headers: dict[str, str] | None = None) -> Event:
    (found,) = read(kind, body, headers or {})
    return found


@pytest.mark.parametrize("kind", MACHINES)
@given(found=JSON | LIKE, resource=st.sampled_from(["issue", "error", "event_alert", "metric_alert", ""]))
def test_nothing_but_unreadable_is_raised(kind: SourceKind, found: Any, resource: str) -> None:
    headers = {"sentry-hook-resource": resource}
    try:
        events = read(kind, encoded(found), headers, Mapped({"title": "title", "items": "alerts"}))
    except Unreadable:
        pass
    else:
        for each in events:
            assert len(each.key) <= LONGEST_KEY
            assert "\x00" not in each.key + each.title + each.text + json.dumps(dict(each.labels))


@given(body=st.binary(max_size=200))
def test_bytes_of_any_kind_are_read_or_refused(body: bytes) -> None:
    for kind in MACHINES:
        try:
            read(kind, body, {})
        except Unreadable:
            continue


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a": 1e999}', b'{"title": "\\ud800"}', b"1" * 5000, b"\xff\xfe"])
def test_hostile_json_is_refused_or_made_plain(body: bytes) -> None:
    for kind in MACHINES:
        try:
            read(kind, body, {})
        except Unreadable:
            continue


def test_an_alert_is_open_while_its_end_is_zero_whatever_its_status_says() -> None:
    one = messages.alert() | {"status": "resolved"}
    found = only("ALERTMANAGER", messages.alertmanager(one))
    assert (found.status, found.level, found.labels["alertname"]) == (Status.FIRING, "critical", "WrongAnswers")
    assert found.at is not None
    assert found.at.isoformat() == "2026-11-30T09:12:31.123456+00:00"
    over = only("ALERTMANAGER", messages.alertmanager(messages.alert(over_at="2026-11-30T10:00:00Z")))
    assert (over.status, over.key) == (Status.RESOLVED, found.key)


def test_the_same_fingerprint_in_another_group_is_another_signal() -> None:
    one = only("ALERTMANAGER", messages.alertmanager(group="{a}"))
    other = only("ALERTMANAGER", messages.alertmanager(group="{b}"))
    assert one.key != other.key


def test_alerts_that_were_cut_off_are_told() -> None:
    _alert, told = read("ALERTMANAGER", messages.alertmanager(left_out=40), {})
    assert "40 more" in told.title


def test_grafana_leads_to_its_panel() -> None:
    found = only("GRAFANA", messages.grafana())
    assert found.link == "https://grafana.example.test/d/abc?viewPanel=2"


def test_pagerduty_triggers_acknowledges_and_resolves_one_thing() -> None:
    events = [only("PAGERDUTY", messages.pagerduty(a, key="k")) for a in ("trigger", "acknowledge", "resolve")]
    assert {each.key for each in events} == {"triage/ratio"}
    assert [str(each.status) for each in events] == ["FIRING", "ACKNOWLEDGED", "RESOLVED"]
    assert events[0].labels["component"] == "triage"
    with pytest.raises(Unreadable, match="dedup_key"):
        read("PAGERDUTY", encoded({"event_action": "resolve", "routing_key": "k"}), {})


def test_a_cloudevent_comes_structured_in_a_batch_or_in_headers() -> None:
    structured = only("CLOUDEVENTS", encoded(messages.cloudevent(aiworkflow="letters")))
    assert (structured.key, structured.workflow, structured.level) == ("/evaluations/nightly e-1", "letters", "high")
    batch = read("CLOUDEVENTS", encoded([messages.cloudevent("1"), messages.cloudevent("2")]), {})
    assert len(batch) == 2
    headers = {"ce-specversion": "1.0", "ce-id": "e-1", "ce-source": "/evaluations/nightly", "ce-type": "t"}
    assert only("CLOUDEVENTS", b"plain words", headers).key == structured.key
    with pytest.raises(Unreadable, match="specversion"):
        read("CLOUDEVENTS", encoded(messages.cloudevent(specversion="0.3")), {})


def test_sentry_tells_an_issue_by_its_number_and_of_installations_nothing() -> None:
    issue = {"sentry-hook-resource": "issue"}
    found = only("SENTRY", messages.sentry_issue(), issue)
    assert (found.key, found.status, found.level) == ("issue 1170820242", Status.FIRING, "error")
    assert only("SENTRY", messages.sentry_issue("resolved"), issue).status == Status.RESOLVED
    assert read("SENTRY", messages.sentry_issue(), {"sentry-hook-resource": "installation"}) == []


def test_langfuse_is_over_when_it_says_ok() -> None:
    found = only("LANGFUSE", messages.langfuse())
    assert (found.key, found.status, found.level) == ("monitor monitor_7", Status.FIRING, "alert")
    assert only("LANGFUSE", messages.langfuse("OK")).status == Status.RESOLVED
    assert read("LANGFUSE", encoded({"type": "prompt-version"}), {}) == []


def test_json_of_ones_own_is_read_where_the_mapping_says() -> None:
    body = encoded({"checks": [{"n": {"t": "Slow", "a/b": 7}, "st": "up"}, {"n": {"t": "Down"}, "st": "bad"}]})
    paths = {"items": "checks", "title": "n.t", "key": "/n/a~1b", "status": "st"}
    slow, down = generic(body, paths)
    assert (slow.key, slow.status, down.key, down.status) == ("7", Status.RESOLVED, "title Down", Status.FIRING)
    with pytest.raises(Unreadable, match="no title"):
        generic(b"{}", {"title": "a.b"})


@given(document=LIKE)
def test_every_place_offered_leads_somewhere(document: Any) -> None:
    for path, value in places(document):
        assert str(found_at(document, path))[:60] == value


def test_a_path_that_is_none_is_refused() -> None:
    with pytest.raises(NoPath):
        found_at({}, "a..b")


@given(text=st.text(max_size=30))
def test_times_are_read_with_their_zone_or_not_at_all(text: str) -> None:
    found = instant(text)
    assert found is None or found.tzinfo is not None


@given(label=st.text(min_size=1, max_size=5), value=st.text(min_size=1, max_size=5))
def test_what_a_signal_says_of_its_workflow_outranks_every_rule(label: str, value: str) -> None:
    said = event(key="k", status=Status.FIRING, workflow="letters", labels={label: value})
    rules = [Rule(label, "*", 2)]
    assert workflow_of(said, rules, 3, {"letters": 1}) == (1, "LABEL")
    assert workflow_of(said, [], 3, {}) == (3, "DEFAULT")


def test_a_rule_takes_only_what_is_open_and_fits() -> None:
    rule = Promotion(is_on=True, levels=("critical",), labels={"team": "claims"})
    fits: dict[str, Any] = {"key": "k", "level": "Critical", "labels": {"team": "claims"}}
    assert rule.takes(event(status=Status.FIRING, **fits))
    assert not rule.takes(event(status=Status.RESOLVED, **fits))
    assert not rule.takes(event(status=Status.FIRING, **{**fits, "level": "info"}))
    assert not Promotion().takes(event(status=Status.FIRING, **fits))
