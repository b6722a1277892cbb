"""The first page: every number is the number of rows behind its link."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from registry.filters.conditions import Asking
from registry.filters.facets import count
from reviews.views.overview import FIGURES, by_stage, by_tier, tiles
from tests import people
from tests.registry.register_cast import workflow
from tests.registry.test_register_filters import listed

pytestmark = pytest.mark.django_db


def test_every_tile_and_bar_counts_what_its_link_shows() -> None:
    member, today = people.member(), timezone.localdate()
    workflow("Alpha", tier="T1", business_owner=people.owner(), next_review_date=today - timedelta(days=1))
    workflow("Beta", next_review_date=today + timedelta(days=9))
    workflow("Gamma", stage="PROPOSED", tier="T2", next_review_date=today - timedelta(days=9))
    workflow("Omega", stage="RETIRED", next_review_date=today - timedelta(days=9))
    counts = count({}, FIGURES, Asking(member, timezone.now()))
    shown = tiles(member, today, {name: counts.tabs.get(name, 0) for name in FIGURES})
    of_register = {tile.label: tile for tile in shown if tile.url.startswith("/workflows/")}
    for tile in of_register.values():
        assert tile.value == len(listed(urlsplit(tile.url).query, member)), tile.label
    assert [tile.value for tile in of_register.values()] == [1, 1, 2]
    assert {value: number for _label, number, value in by_tier(counts) if number} == {"T1": 1, "T2": 1, "NONE": 1}
    for _label, number, stage in by_stage(counts):
        assert number == len(listed(f"stage={stage}", member)), stage
