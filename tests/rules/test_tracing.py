"""Trace ids as W3C Trace Context writes them; a header that is not understood is passed over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.tracing import BadTrace, Trace, address_of, from_traceparent, is_template, trace_of

HEX = "0123456789abcdef"
TRACES = st.text(HEX, min_size=32, max_size=32).filter(lambda text: text.strip("0"))
SPANS = st.text(HEX, min_size=16, max_size=16).filter(lambda text: text.strip("0"))
TEMPLATE = "https://traces.example/trace/{trace_id}?span={span_id}&run={run_id}"


@given(trace=TRACES, span=SPANS, flags=st.sampled_from(["00", "01"]))
def test_what_a_header_names_is_what_the_ids_alone_name(trace: str, span: str, flags: str) -> None:
    assert from_traceparent(f"00-{trace}-{span}-{flags}") == trace_of(trace.upper(), f" {span} ") == Trace(trace, span)


@given(header=st.text(max_size=70))
def test_no_header_breaks_anything(header: str) -> None:
    found = from_traceparent(header)
    assert found is None or len(found.trace_id) == 32


@pytest.mark.parametrize(
    ("trace", "span", "field"),
    [
        ("0" * 32, "", "trace_id"),
        ("a" * 31, "", "trace_id"),
        ("", "a" * 16, "trace_id"),
        ("a" * 32, "0" * 16, "span_id"),
    ],
)
def test_what_is_no_id_is_refused_by_field(trace: str, span: str, field: str) -> None:
    with pytest.raises(BadTrace) as caught:
        trace_of(trace, span)
    assert caught.value.field == field


def test_versions_are_taken_as_the_recommendation_says() -> None:
    ids = f"{'a' * 32}-{'b' * 16}-01"
    assert from_traceparent(f"ff-{ids}") is None
    assert from_traceparent(f"00-{ids}-more") is None
    assert from_traceparent(f"cc-{ids}-more") == Trace("a" * 32, "b" * 16)


@given(run=st.text(max_size=20))
def test_an_id_never_leads_elsewhere(run: str) -> None:
    found = address_of(TEMPLATE, trace_id="a" * 32, run_id=run)
    before = f"https://traces.example/trace/{'a' * 32}?span=&run="
    assert found.startswith(before)
    assert not set(found.removeprefix(before)) & set("&#/? ")


def test_a_template_leads_over_http_to_a_trace() -> None:
    assert is_template(TEMPLATE)
    for wrong in (
        "javascript:{trace_id}",
        "https://traces.example/",
        "https://x/{trace_id}/{user}",
        "https://x/{trace_id",
    ):
        assert not is_template(wrong)
