"""A real inventory for the demonstration: 200 rows of the public list of AI use cases of United States agencies."""

from datetime import datetime
from pathlib import Path

from config.environment import ROOT
from registry.models import ChangeSet, User
from registry.services import importing
from registry.sheets import load_shipped

EXCERPT = ROOT / "tests" / "data" / "inventory-200.csv"
MAPPING = "federal-2024"


def bring_in(*, by: User, at: datetime, file: Path = EXCERPT) -> ChangeSet:
    """Receive, try and apply the excerpt, as a person would on the import page."""
    change_set = importing.receive(by=by, at=at, upload=file, filename=file.name)
    importing.try_out(change_set, load_shipped(MAPPING), by=by, at=at)
    change_set.refresh_from_db()
    return importing.apply(change_set, by=by, at=at)
