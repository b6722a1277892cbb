"""The mappings to public frameworks: whatever is known, what comes out is in their words and honest about its fit."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.models import Incident
from incidents.severity_inputs import Autonomy, BlastRadius, Category, DataInvolved, Exposure, Harm
from incidents.standards import aiid, avid, oecd
from incidents.standards import vocabulary as words
from incidents.standards.fields import Fit, tally
from incidents.standards.known import Known, System
from registry.severities import Severity
from tests.standards.avid_schema import SCHEMA

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)
SOME = TEXT.filter(str.strip)
INPUTS = st.fixed_dictionaries(
    {},
    optional={
        "harm": st.sampled_from([str(each) for each in Harm]),
        "autonomy": st.sampled_from([str(each) for each in Autonomy]),
        "blast_radius": st.sampled_from([str(each) for each in BlastRadius]),
        "data": st.sampled_from([str(each) for each in DataInvolved]),
        "exposure": st.sampled_from([str(each) for each in Exposure]),
    },
)
SYSTEMS = st.builds(
    System, name=SOME, reference=st.just("WF-0001"), version=TEXT, vendor=TEXT, unit=TEXT, affected_people=TEXT,
    autonomy=st.sampled_from(["", *map(str, Autonomy)]), impact=st.sampled_from(["", "SAFETY", "RIGHTS"]),
)  # fmt: skip
LABELS = st.sampled_from(["Country", "Harm type", "Public report", "published", "Number affected", "Weather"])
KNOWN = st.builds(
    Known, reference=st.just("INC-0001"), title=SOME, summary=SOME, harm_seen=TEXT,
    category=st.sampled_from([str(each) for each in Category]),
    kind=st.sampled_from([str(each) for each in Incident.Kind]), kind_label=SOME,
    severity=st.sampled_from(["", *map(str, Severity)]), organisation=SOME, submitter=SOME,
    exported=st.just(date(2026, 3, 2)), inputs=INPUTS,
    times=st.dictionaries(
        st.sampled_from(["OCCURRED", "STARTED", "DETECTED"]), st.just(datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    ),
    systems=st.lists(SYSTEMS, max_size=3).map(tuple), facts=st.dictionaries(LABELS, SOME),
    actions=st.lists(SOME, max_size=2).map(tuple), evidence=st.lists(SOME, max_size=2).map(tuple),
)  # fmt: skip
PLAIN = Known(
    reference="INC-0007", title="Refunds paid twice", summary="Two customers were refunded twice.", category="INCIDENT",
    kind="DRIFT", kind_label="Behaviour changed", severity="SEV-2", organisation="Northgate", submitter="Rita Risk",
    exported=date(2026, 3, 2),
)  # fmt: skip


def by_key(fields: Any) -> dict[str, Any]:
    return {each.key: each for each in fields}


@given(KNOWN)
def test_every_mapping_says_of_every_field_how_well_it_fits(known: Known) -> None:
    for standard in (oecd, avid, aiid):
        fields = standard.fields(known)
        assert len(by_key(fields)) == len(fields)
        for each in fields:
            assert bool(each.value) == (each.fit != Fit.MISSING), each
            assert each.source or each.fit == Fit.MISSING, each
            assert each.hint or each.fit != Fit.PARTIAL, each
        counted = tally(fields)
        assert counted.direct + counted.partial + counted.missing == len(fields)
        json.dumps(standard.document(known))


@given(KNOWN)
def test_a_report_for_avid_keeps_to_its_data_models(known: Known) -> None:
    jsonschema.validate(avid.document(known), SCHEMA)


@given(KNOWN)
def test_what_a_rule_concludes_for_the_oecd_is_in_its_words(known: Known) -> None:
    found = by_key(oecd.fields(known))
    assert set(map(int, found)) == set(words.OECD_CRITERIA)
    assert {int(key) for key, each in found.items() if each.is_mandatory} == words.OECD_MANDATORY
    assert found["10"].value in {None, *words.OECD_SEVERITY} - {"Disaster"}
    assert found["26"].value in {None, *words.OECD_AUTONOMY}
    assert set(oecd.harms(known)) <= set(words.OECD_HARM)
    assert set(oecd.RELATION.values()) <= set(words.OECD_RELATION)


@given(KNOWN)
def test_the_link_leads_to_the_form_and_bears_what_is_known(known: Known) -> None:
    parts = urlsplit(aiid.link(known))
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "incidentdatabase.ai", "/apps/submit/")
    given = parse_qs(parts.query)
    assert given["title"] == [known.title]
    assert given["date_downloaded"] == ["2026-03-02"]
    assert parts.fragment == ""


def test_the_vocabulary_is_that_of_the_lists() -> None:
    """The words of the mappings do not drift away from the lists they were taken from."""
    lists = json.loads((Path(__file__).parent / "oecd_lists.json").read_text())
    assert {str(key): name for key, name in words.OECD_CRITERIA.items()} == lists["criteria"]
    assert sorted(words.OECD_MANDATORY) == lists["mandatory"]
    assert list(words.OECD_SEVERITY) == lists["severity"]
    assert list(words.OECD_HARM) == lists["harm_type"]
    assert list(words.OECD_RELATION) == lists["ai_system_relation"]
    assert list(words.OECD_FUNCTION) == lists["business_function"]
    assert list(words.OECD_AUTONOMY) == lists["autonomy_level"]


@pytest.mark.parametrize(
    ("category", "severity", "harm", "expected"),
    [
        ("NEAR_MISS", "", "SERIOUS", "Hazard"),
        ("INCIDENT", "SEV-1", "NONE_CONFIRMED", "Serious hazard"),
        ("INCIDENT", "SEV-1", "SERIOUS", "Serious incident"),
        ("INCIDENT", "SEV-2", "MATERIAL", "Incident"),
        ("INCIDENT", "SEV-3", "NONE_CONFIRMED", "Hazard"),
        ("INCIDENT", "", "MATERIAL", ""),
    ],
)
def test_a_hazard_could_have_harmed_and_an_incident_did(category: str, severity: str, harm: str, expected: str) -> None:
    known = replace(PLAIN, category=category, severity=severity, inputs={"harm": harm})
    assert oecd.severity(known) == expected


def test_a_fact_in_the_words_of_the_framework_is_direct_and_in_others_partial() -> None:
    in_words = by_key(oecd.fields(replace(PLAIN, facts={"harm type": "physical"})))["11"]
    assert (in_words.value, in_words.fit, in_words.is_mandatory) == ("Physical", Fit.DIRECT, True)
    otherwise = by_key(oecd.fields(replace(PLAIN, facts={"Harm type": "bad"})))["11"]
    assert (otherwise.value, otherwise.fit) == ("bad", Fit.PARTIAL)


def test_only_when_it_was_detected_is_known_is_said() -> None:
    known = replace(PLAIN, times={"DETECTED": datetime(2026, 3, 1, tzinfo=UTC)})
    found = by_key(oecd.fields(known))["5"]
    assert (found.fit, found.value) == (Fit.PARTIAL, "2026-03-01")
    assert by_key(aiid.fields(known))["incident_date"].fit == Fit.PARTIAL
