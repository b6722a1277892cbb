"""Errors of the API are problem documents: one shape, a sentence, and the request to ask about."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404
from rest_framework import exceptions

from registry.kernel.access.verdict import Refused, deny
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.kernel.http.problems import CONTENT_TYPE, exception_handler
from registry.models import AuditEntry

pytestmark = pytest.mark.django_db


def answer(exc: Exception) -> Any:
    with acting(unit_id="req-1"):
        return exception_handler(exc, {})


@pytest.mark.parametrize(
    ("exc", "status", "code"),
    [
        (Refused(deny("Only on Thursdays."), "never"), 403, "refused"),
        (PermissionDenied("No."), 403, "refused"),
        (Conflict("Closed meanwhile."), 409, "conflict"),
        (Http404(), 404, "not-found"),
        (DjangoValidationError({"name": "Too long."}), 422, "invalid"),
        (exceptions.ValidationError({"name": ["Too long."]}), 422, "invalid"),
        (exceptions.NotAuthenticated(), 401, "not-authenticated"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method-not-allowed"),
    ],
)
def test_every_refusal_is_a_problem_document(exc: Exception, status: int, code: str) -> None:
    given = answer(exc)
    assert (given.status_code, given.content_type) == (status, CONTENT_TYPE)
    assert given.data["type"] == f"urn:holdfast:problem:{code}"
    assert given.data["status"] == status
    assert given.data["request_id"] == "req-1"
    assert given.data["detail"]


@pytest.mark.parametrize(
    "exc", [DjangoValidationError({"name": "Too long."}), exceptions.ValidationError({"name": ["Too long."]})]
)
def test_wrong_fields_are_named(exc: Exception) -> None:
    assert answer(exc).data["errors"] == {"name": ["Too long."]}


def test_a_refusal_is_recorded() -> None:
    answer(Refused(deny("Only on Thursdays."), "never"))
    assert AuditEntry.objects.get(event="REFUSED").reason == "Only on Thursdays."


def test_a_fault_is_not_dressed_up_as_a_refusal() -> None:
    assert answer(RuntimeError("bug")) is None
