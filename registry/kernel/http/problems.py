"""Errors of the API as problem details (RFC 9457), field errors included."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import UniqueViolation
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from registry.kernel.access.verdict import Refused
from registry.kernel.audit.context import current
from registry.kernel.audit.events import note
from registry.kernel.http.errors import Conflict, OnlyNow, Stale
from registry.kernel.http.moments import PARAMETER
from registry.kernel.storage.base import StorageProblem

CONTENT_TYPE = "application/problem+json"
INVALID = "invalid"


def body_of(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    return {
        "type": f"urn:holdfast:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "request_id": current().unit_id,
        **more,
    }


def problem(status: int, code: str, detail: str, **more: Any) -> Response:
    return Response(body_of(status, code, detail, **more), status=status, content_type=CONTENT_TYPE)


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal of a service, a policy or the framework as one kind of document; anything else is a 500."""
    answer = _of_the_domain(exc, context) or _of_the_framework(exc)
    if answer is not None:
        set_rollback()
    return answer


def _of_the_domain(exc: Exception, context: dict[str, Any]) -> Response | None:
    match exc:
        case Refused():
            _remember(exc, context)
            return problem(403, "refused", exc.verdict.reason)
        case Stale():
            return problem(
                409,
                exc.code,
                exc.sentence,
                current_version=getattr(exc.current, "version", None),
                differences={
                    label: {"stored": stored, "sent": sent} for label, (stored, sent) in exc.differences.items()
                },
            )
        case Conflict() | StorageProblem():
            return problem(exc.status, exc.code, exc.sentence)
        case DjangoValidationError() | OnlyNow():
            return problem(422, INVALID, _("Some fields need attention."), errors=_errors(exc))
        case IntegrityError() if isinstance(exc.__cause__, UniqueViolation):
            return problem(409, "conflict", _("Somebody else saved the same at this very moment. Read it again first."))
    return None


def _of_the_framework(exc: Exception) -> Response | None:
    answer = _of_rest_framework(exc) if isinstance(exc, exceptions.APIException) else _of_django(exc)
    if answer is not None and answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _of_rest_framework(exc: exceptions.APIException) -> Response:
    match exc:
        case exceptions.NotFound():
            return _not_found()
        case exceptions.ValidationError():
            return problem(422, INVALID, _("Some fields need attention."), errors=_by_field(exc.detail))
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return problem(401, _code(exc), str(exc.detail))
    return problem(exc.status_code, _code(exc), str(exc.detail))


def _of_django(exc: Exception) -> Response | None:
    match exc:
        case Http404():
            return _not_found()
        case PermissionDenied():
            return problem(403, "refused", str(exc) or _("You may not do this."))
        case RequestDataTooBig():
            return problem(413, "too-large", _("The body is too large."))
        case SuspiciousOperation():
            return problem(400, "bad-request", _("This request cannot be read."))
    return None


def _not_found() -> Response:
    return problem(404, "not-found", _("There is no such record, or you may not see it."))


def _code(exc: exceptions.APIException) -> str:
    code = exc.get_codes()
    return (code if isinstance(code, str) else str(exc.default_code)).replace("_", "-")


def _errors(exc: DjangoValidationError | OnlyNow) -> dict[str, list[str]]:
    if isinstance(exc, OnlyNow):
        return {PARAMETER: [str(exc.sentence)]}
    nameless = str(api_settings.NON_FIELD_ERRORS_KEY)
    if not hasattr(exc, "error_dict"):
        return {nameless: [str(message) for message in exc.messages]}
    return {
        nameless if field == NON_FIELD_ERRORS else field: [str(message) for message in messages]
        for field, messages in exc.message_dict.items()
    }


def _by_field(detail: Any) -> Any:
    """What does not concern a field stands under one name, however deep the framework put it."""
    return _plain(detail if isinstance(detail, dict) else {str(api_settings.NON_FIELD_ERRORS_KEY): detail})


def _plain(detail: Any) -> Any:
    if isinstance(detail, dict):
        return {str(key): _plain(value) for key, value in detail.items()}
    if isinstance(detail, list):
        return [_plain(value) for value in detail]
    return str(detail)


def _remember(refused: Refused, context: dict[str, Any]) -> None:
    """Denied attempts are part of the record."""
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
