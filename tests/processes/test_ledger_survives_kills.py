"""Writers, sequencer and PostgreSQL are killed in the middle of everything: nothing is lost, doubled or reordered."""

import tempfile
from pathlib import Path

import pytest

from tests.processes.storm import storm, verdict


@pytest.mark.slow
def test_a_storm_leaves_a_gapless_log_of_every_acknowledged_write() -> None:
    with tempfile.TemporaryDirectory() as folder, storm(Path(folder)) as one:
        one.blow(writers=4, writes=100_000, seconds=10, crashes=1, seed=7)
        one.manage("seal", "--once")
        found = verdict(one)
    assert found.is_sound, found
    assert found.acknowledged > 100
    assert one.kills["postgres"] == 1
    assert one.kills["sequencer"] > 2
