"""Building blocks of the API: a policy per action, writes attributed to the caller, creating once."""

import json
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from rest_framework import status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from registry.kernel.access.verdict import Policy
from registry.kernel.audit.context import attribute_to
from registry.kernel.http.remembered import fingerprint_of, once


class ActingMixin:
    """Writes of an API call are attributed to the token's person."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.user.is_authenticated:
            attribute_to(request.user.pk)
        super().initial(request, *args, **kwargs)  # type: ignore[misc]


class PolicyViewSet(ActingMixin, viewsets.GenericViewSet[Any]):
    """A viewset whose `policies` name the policy of each action; `"*"` stands for the rest."""

    policies: dict[str, Policy] = {}

    def policy_for(self, request: HttpRequest | Request) -> Policy | None:
        action = getattr(self, "action", None) or ""
        return self.policies.get(action) or self.policies.get("*")


class CreateOnceMixin:
    """`create` that honours `Idempotency-Key`: the same key and body give the first answer again."""

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        body = json.dumps(request.data, sort_keys=True, default=str) if key and not request.FILES else ""
        with once(request.user, key and f"{request.path}:{key}", fingerprint_of(request.path, body)) as attempt:
            if attempt.earlier is not None:
                answer = Response(attempt.earlier.body, status=attempt.earlier.status)
                answer.headers["Idempotent-Replayed"] = "true"
                return answer
            with transaction.atomic():
                data = self.make(request)
            attempt.remember(status=status.HTTP_201_CREATED, body=json.loads(json.dumps(data, default=str)))
            return Response(data, status=status.HTTP_201_CREATED)

    def make(self, request: Request) -> Any:
        """Validate, call the service, return the representation of what was created."""
        raise AssertionError("each creating view says what it makes")
