"""Small inventories, and the way from a file to an applied import."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from registry.models import ChangeSet, Workflow
from registry.services import importing
from registry.services.importing import Trial
from tests import people

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
EXCERPT = Path(__file__).resolve().parents[1] / "data" / "inventory-200.csv"
COLUMNS = ("ID", "Name", "Purpose", "Unit", "Parent", "Stage", "Vendor", "Owner", "Live", "Retired")
MAPPING: dict[str, Any] = {
    "name": "small",
    "title": "Small inventory",
    "key": ["ID"],
    "dates": {"order": "MDY"},
    "columns": {
        "name": {"column": "Name"},
        "purpose": {"column": "Purpose"},
        "business_unit": {"column": "Unit"},
        "parent_unit": {"column": "Parent"},
        "stage": {"column": "Stage"},
        "vendor": {"column": "Vendor"},
        "business_owner_email": {"column": "Owner"},
        "implemented_date": {"column": "Live"},
        "retired_date": {"column": "Retired"},
    },
}


def row(number: object, **cells: str) -> dict[str, str]:
    usual = {"ID": str(number), "Name": f"Workflow {number}", "Purpose": "Sorts letters.", "Stage": "Pilot"}
    return usual | {name.capitalize(): text for name, text in cells.items()}


def text_of(rows: Sequence[dict[str, str]]) -> str:
    sink = io.StringIO()
    writer = csv.DictWriter(sink, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return sink.getvalue()


def file_of(folder: Path, *rows: dict[str, str], name: str = "inventory.csv") -> Path:
    path = folder / name
    path.write_text(text_of(rows), encoding="utf-8")
    return path


def tried(path: Path, mapping: dict[str, Any] | None = None, *, take_file: bool = False) -> Trial:
    by = people.risk()
    change_set = importing.receive(by=by, at=NOW, upload=path, filename=path.name)
    return importing.try_out(change_set, mapping or MAPPING, by=by, at=NOW, take_file=take_file)


def applied(path: Path, mapping: dict[str, Any] | None = None, *, take_file: bool = False) -> ChangeSet:
    trial = tried(path, mapping, take_file=take_file)
    return importing.apply(trial.change_set, by=people.risk(), at=NOW)


def workflow(number: object) -> Workflow:
    return Workflow.objects.get(name=f"Workflow {number}")


def codes(trial: Trial) -> list[tuple[int | None, str]]:
    return [(problem.row, problem.code) for problem in trial.plan.all_problems()]
