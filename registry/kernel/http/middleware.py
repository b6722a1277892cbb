"""Every request is a unit of work with an id and an acting person; every page has a policy; a refusal is explained."""

import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Refused, deny
from registry.kernel.audit.context import Origin, acting
from registry.kernel.audit.events import note
from registry.kernel.http.errors import Conflict, OnlyNow, conflict_page, only_now_page, refusal_page, storage_page
from registry.kernel.storage.base import StorageProblem

TRUSTED_MODULES = (
    "allauth.",
    "django.contrib.staticfiles.",
    "drf_spectacular.",
    "rest_framework.",
)
"""Views of libraries that decide for themselves; all others must declare a policy."""

GetResponse = Callable[[HttpRequest], HttpResponse]


class RecordingMiddleware:
    """Opens the acting block of a request. API calls by token set their person when they authenticate."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        unit_id = uuid.uuid4().hex
        origin = Origin.API if request.path.startswith("/api/") else Origin.PAGE
        user = getattr(request, "user", None)
        user_id = user.pk if user is not None and user.is_authenticated else None
        with (
            acting(user_id=user_id, origin=origin, unit_id=unit_id),
            structlog.contextvars.bound_contextvars(request_id=unit_id),
        ):
            response = self.get_response(request)
        response.headers["X-Request-Id"] = unit_id
        return response


class RefusalMiddleware:
    """Denies what has no policy, and turns refusals and conflicts of the services into pages that explain."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method == "POST" and not hasattr(view, "cls") and not getattr(view, "takes_raw", False):
            request.POST  # noqa: B018 (reads the body, before the view could act on half of it)
            if problem := getattr(request, "storage_problem", None):
                return storage_page(request, problem)
        if getattr(view, "policy", None) is not None or view.__module__.startswith(TRUSTED_MODULES):
            return None
        if hasattr(view, "cls") or hasattr(view, "initkwargs"):
            return None  # an API view: its permission class asks the policy
        # What is raised here would pass by `process_exception` and come out as a fault.
        return self.process_exception(request, Refused(deny(_("This page has no policy, so nobody may open it."))))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            self.remember(request, exception)
            return refusal_page(request, exception.verdict)
        if isinstance(exception, Conflict):
            return conflict_page(request, exception)
        if isinstance(exception, OnlyNow):
            return only_now_page(request, exception)
        if isinstance(exception, StorageProblem):
            return storage_page(request, exception)
        return None

    def remember(self, request: HttpRequest, refused: Refused) -> None:
        """Denied attempts are part of the record."""
        if not settings.DATABASES:
            return
        with transaction.atomic():
            note(
                "REFUSED",
                at=timezone.now(),
                detail={"path": request.path, "method": request.method, "policy": refused.policy},
                reason=refused.verdict.reason,
            )
