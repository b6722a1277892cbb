"""Printing apart: the same bytes, within limits, and a sentence when a record is too much for them."""

import subprocess
from datetime import UTC, datetime
from typing import Any

import pytest

from registry.kernel.documents import printing
from registry.kernel.documents.canonical import canonical, digest
from registry.kernel.documents.printing import PrintingFailed, print_apart
from tests.documents.sample_record import empty_record
from tests.documents.test_rendering import TEMPLATE, rendered


def apart(template: str = TEMPLATE, **options: Any) -> bytes:
    frozen = canonical(empty_record())
    return print_apart(
        template,
        frozen,
        number="IR-2026-0007",
        sha256=digest(frozen),
        made_at=datetime(2026, 4, 2, 14, 30, tzinfo=UTC),
        **options,
    )


def refused(**options: Any) -> str:
    with pytest.raises(PrintingFailed) as failure:
        apart(**options)
    return str(failure.value)


def test_a_process_of_its_own_prints_the_same_bytes_and_tells_how_far_it_is() -> None:
    told: list[int] = []
    assert apart(tell=told.append) == rendered(empty_record())
    assert told == sorted(told)
    assert len(set(told)) > 5
    assert told[-1] == printing.WRITTEN


def test_more_memory_than_allowed_ends_with_a_sentence(settings: Any) -> None:
    settings.DOCUMENT_MEMORY_BYTES = 140 * 1024**2
    assert "memory" in refused()


def test_more_computing_than_allowed_ends_with_a_sentence(settings: Any) -> None:
    settings.DOCUMENT_SECONDS = 1
    assert refused() == "Printing took more than the 1 seconds it may take."


def test_a_killed_process_ends_with_a_sentence() -> None:
    children: list[Any] = []
    started = subprocess.Popen

    def kept(*arguments: Any, **options: Any) -> Any:
        children.append(started(*arguments, **options))
        return children[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "Popen", kept)
        assert "SIGKILL" in refused(tell=lambda percent: children[0].kill())


def test_what_the_template_does_wrong_is_told() -> None:
    assert refused(template="documents/absent.html").startswith("TemplateDoesNotExist")


def test_the_process_is_told_no_secret(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    given: list[Any] = []

    def refuses(*_arguments: Any, **options: Any) -> Any:
        given.append(options["env"])
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", refuses)
    with pytest.raises(OSError):  # noqa: PT011
        apart()
    assert "DATABASE_URL" not in given[0]
    assert settings.SECRET_KEY not in str(printing._settings())
