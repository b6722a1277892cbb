"""Witnesses are switched on one by one; what counts requests starts at nothing in every test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from registry.kernel.ledger import proving, rotating, sequencing
from registry.models import Checkpoint, Vendor
from tests import shipped


@pytest.fixture(autouse=True)
def _nobody_outside(settings: Any, tmp_path: Any) -> None:
    settings.LEDGER_WITNESS_MAIL = []
    settings.LEDGER_WITNESS_FOLDER = settings.LEDGER_WITNESS_URL = settings.LEDGER_TSA_URL = ""
    settings.LEDGER_WITNESS_EVERY = 60
    settings.LEDGER_KEY_FILES = [str(tmp_path / "keys" / "ledger.pem")]
    cache.clear()


@pytest.fixture(scope="module", autouse=True)
def _shipped_rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Some of these tests commit, so the tables are emptied after each; the shipped rows come back for the others."""
    yield
    with django_db_blocker.unblock():
        shipped.restore()


def announced(path: Path) -> str:
    """The vkey of the key at `path`, in the log as the next one and covered by a checkpoint."""
    vkey = rotating.vkey_in(path)
    rotating.announce(vkey, at=timezone.now())
    sequencing.advance()
    return vkey


def sealed(name: str = "One") -> Checkpoint:
    """The checkpoint after one more change."""
    Vendor.objects.create(name=name)
    sequencing.advance()
    newest = proving.latest()
    assert newest is not None
    return newest
