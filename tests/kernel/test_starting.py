"""Production starts with a full environment only, and says in one sentence what is missing or unsafe."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.kernel.documents import demonstration

ROOT = Path(__file__).resolve().parent.parent.parent
FULL = {
    "HOLDFAST_MODE": "production",
    "SECRET_KEY": "k9v2-Qm7x_Zt4w!Lb8s@Hd3f#Rn6j$Yc1g%Pa5e^Uo0i&Mz9q*Xv",
    "ALLOWED_HOSTS": "holdfast.example.org",
    "DATABASE_URL": "postgresql://holdfast:secret@db.invalid:5432/holdfast",
    "CELERY_BROKER_URL": "redis://broker.invalid:6379/0",
    "EMAIL_HOST": "mail.invalid",
    "SITE_URL": "https://holdfast.example.org",
    "METRICS_TOKEN": "m-1f0a9c",
}


def check(tmp_path: Path, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """`manage.py check --deploy` with the full environment and `changes`; None takes a variable away."""
    wanted = {**FULL, **changes}
    environment = {name: value for name, value in wanted.items() if value is not None}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOLDFAST_VAR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_full_environment_passes_the_deployment_check(tmp_path: Path) -> None:
    key, chain = tmp_path / "documents.key", tmp_path / "documents.pem"
    demonstration.ensure(key, chain, at=datetime.now(UTC))
    done = check(tmp_path, DOCUMENT_KEY_FILE=str(key), DOCUMENT_CERT_FILE=str(chain))
    assert done.returncode == 0, done.stderr
    assert "identified 1 issue" in done.stderr
    assert "(holdfast.I037) The database does not answer" in done.stderr


def test_without_a_key_to_sign_reports_with_the_check_says_what_to_set(tmp_path: Path) -> None:
    done = check(tmp_path)
    assert done.returncode == 1
    assert "DOCUMENT_CERT_FILE" in done.stderr


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is not set."),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too weak."),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS is not set."),
        ({"LEDGER_WITNESS_URL": "http://witness.example/"}, "LEDGER_WITNESS_URL must begin with https://"),
        ({"LEDGER_TSA_URL": "http://tsa.example/"}, "LEDGER_TSA_URL must begin with https://"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the hosts"),
        ({"DATABASE_URL": None}, "DATABASE_URL is not set."),
        ({"DATABASE_URL": "mysql://db.invalid/holdfast"}, "DATABASE_URL must start with postgresql://"),
        ({"CELERY_BROKER_URL": None}, "CELERY_BROKER_URL is not set."),
        ({"CELERY_BROKER_URL": "amqp://broker.invalid"}, "CACHE_URL is not set."),
        ({"CELERY_BROKER_URL": "filesystem://"}, "CELERY_BROKER_URL must be redis:// or amqp://"),
        ({"EMAIL_HOST": None}, "EMAIL_HOST is not set."),
        ({"EMAIL_PORT": "smtp"}, "EMAIL_PORT must be a whole number"),
        ({"EMAIL_USE_TLS": "maybe"}, "EMAIL_USE_TLS must be 1 or 0"),
        ({"SITE_URL": None}, "SITE_URL is not set."),
        ({"METRICS_TOKEN": None}, "METRICS_TOKEN is not set."),
        ({"HOLDFAST_MODE": "staging"}, "HOLDFAST_MODE must be local or production"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_the_start_is_refused_in_one_sentence(tmp_path: Path, changes: dict[str, str | None], says: str) -> None:
    done = check(tmp_path, **changes)
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert says in last, last
