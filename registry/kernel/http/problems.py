"""Errors of the API as problem details (RFC 9457), field errors included."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.response import Response

from registry.kernel.access.verdict import Refused
from registry.kernel.audit.context import current
from registry.kernel.audit.events import note
from registry.kernel.http.errors import Conflict

CONTENT_TYPE = "application/problem+json"


def problem(status: int, code: str, detail: str, **more: Any) -> Response:
    body = {
        "type": f"urn:holdfast:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "request_id": current().unit_id,
        **more,
    }
    return Response(body, status=status, content_type=CONTENT_TYPE)


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal of a service, a policy or the framework as one kind of document; anything else is a 500."""
    answer = _answer(exc, context)
    if answer is not None:
        view = context.get("view")
        if view is not None and getattr(view, "request", None) is not None:
            _roll_back()
    return answer


def _answer(exc: Exception, context: dict[str, Any]) -> Response | None:
    for kind, answer in ANSWERS:
        if isinstance(exc, kind):
            return answer(exc, context)
    return None


def _refused(exc: Any, context: dict[str, Any]) -> Response:
    _remember(exc, context)
    return problem(403, "refused", exc.verdict.reason)


def _not_found(exc: Any, context: dict[str, Any]) -> Response:
    return problem(404, "not-found", "There is no such record, or you may not see it.")


def _unauthorised(exc: Any, context: dict[str, Any]) -> Response:
    answer = problem(401, str(exc.default_code).replace("_", "-"), str(exc.detail))
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _invalid(exc: Any, context: dict[str, Any]) -> Response:
    errors = _django_errors(exc) if isinstance(exc, DjangoValidationError) else _plain(exc.detail)
    return problem(422, "invalid", "Some fields need attention.", errors=errors)


ANSWERS: tuple[tuple[Any, Callable[[Any, dict[str, Any]], Response]], ...] = (
    (Refused, _refused),
    (Conflict, lambda exc, _: problem(409, exc.code, exc.sentence)),
    ((Http404, exceptions.NotFound), _not_found),
    (PermissionDenied, lambda exc, _: problem(403, "refused", str(exc) or "You may not do this.")),
    ((DjangoValidationError, exceptions.ValidationError), _invalid),
    ((exceptions.NotAuthenticated, exceptions.AuthenticationFailed), _unauthorised),
    (
        exceptions.APIException,
        lambda exc, _: problem(exc.status_code, str(exc.default_code).replace("_", "-"), str(exc.detail)),
    ),
)
"""The first that fits answers; anything else is a fault of ours."""


def _django_errors(exc: DjangoValidationError) -> dict[str, list[str]]:
    if hasattr(exc, "error_dict"):
        return {field: [str(m) for m in messages] for field, messages in exc.message_dict.items()}
    return {"non_field_errors": [str(message) for message in exc.messages]}


def _plain(detail: Any) -> Any:
    if isinstance(detail, dict):
        return {key: _plain(value) for key, value in detail.items()}
    if isinstance(detail, list):
        return [_plain(value) for value in detail]
    return str(detail)


def _remember(refused: Refused, context: dict[str, Any]) -> None:
    request = context.get("request")
    note(
        "REFUSED",
        at=timezone.now(),
        detail={
            "path": getattr(request, "path", ""),
            "method": getattr(request, "method", ""),
            "policy": refused.policy,
        },
        reason=refused.verdict.reason,
    )


def _roll_back() -> None:
    """A refusal inside an open transaction keeps nothing of what was begun."""
    connection = transaction.get_connection()
    if connection.in_atomic_block and connection.settings_dict.get("ATOMIC_REQUESTS"):
        transaction.set_rollback(True)
