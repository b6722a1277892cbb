"""Callers of the API: by token, as programs call."""

from typing import Any

from rest_framework.test import APIClient

from registry.kernel.access.tokens import issue
from registry.models import User

V1 = "/api/v1"


def token_for(user: User) -> str:
    _token, secret = issue(user, name="tests")
    return secret


def client_of(user: User) -> APIClient:
    """A client that sends a token of `user`; a new token for each client."""
    client = APIClient(raise_request_exception=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(user)}")
    return client


def received(answer: Any) -> bytes:
    """The bytes of a file that was sent."""
    return b"".join(answer.streaming_content)


def nobody() -> APIClient:
    return APIClient()


def problem_of(answer: Any, status: int) -> dict[str, Any]:
    """The problem document of an answer that must be one."""
    assert answer.status_code == status, answer.content[:500]
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["detail"]
    assert body["request_id"] == answer.headers["X-Request-Id"]
    return body
