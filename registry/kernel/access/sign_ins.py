"""Every way in is part of the record: sign-ins, failed ones, lockouts, changes of passwords and second factors.

Listens to the signals of the libraries that do the signing in; `connect` is called once, when the application starts.
"""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as second
from axes.signals import user_locked_out
from django.contrib.auth import get_user_model, signals
from django.http import HttpRequest
from django.utils import timezone

from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note

USER_AGENT = 300
"""Characters of a browser's own description that are kept."""


def connect() -> None:
    for signal, receiver in RECEIVERS:
        signal.connect(receiver, dispatch_uid=f"{__name__}.{receiver.__name__}")


def client_ip(request: HttpRequest) -> str:
    """The address of the caller, behind as many proxies as ALLAUTH_TRUSTED_PROXY_COUNT says."""
    if "REQUEST_METHOD" not in request.META:
        return ""  # signed in by a program, without a connection
    address: str = get_adapter().get_client_ip(request)
    return address


def typed_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The address somebody signs in with, as the lockout counts it: without regard to case."""
    given = credentials or request.POST
    name = next((given[key] for key in ("email", "login", "username") if given.get(key)), "")
    return str(name).strip().lower()


def signed_in(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    records = get_authentication_records(request, user)
    _record("SIGNED_IN", request, user, by=", ".join(record.get("type") or record["method"] for record in records))


def signed_out(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    if user is not None:
        _record("SIGNED_OUT", request, user)


def sign_in_failed(sender: Any, credentials: Mapping[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    if request is None or getattr(request, "axes_locked_out", False):
        return  # an attempt during a lockout is recorded as such
    name = typed_name(request, credentials)
    _record("SIGN_IN_FAILED", request, _holder(name), address=name)


def locked_out(sender: Any, request: HttpRequest, username: str, **_: Any) -> None:
    _record("LOCKED_OUT", request, _holder(username), address=username)


def code_failed(sender: Any, request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
    _record("SIGN_IN_FAILED", request, user, by=authenticator.type)


def password_set(request: HttpRequest, user: Any) -> None:
    """Called by the adapter in the transaction of the change; the signals of the library come after it."""
    _record("PASSWORD_CHANGED", request, user)


def factor_added(sender: Any, request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
    _record("SECOND_FACTOR_ADDED", request, user, by=authenticator.type)


def factor_removed(sender: Any, request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
    _record("SECOND_FACTOR_REMOVED", request, user, by=authenticator.type)


RECEIVERS = (
    (signals.user_logged_in, signed_in),
    (signals.user_logged_out, signed_out),
    (signals.user_login_failed, sign_in_failed),
    (user_locked_out, locked_out),
    (second.authentication_failed, code_failed),
    (second.authenticator_added, factor_added),
    (second.authenticator_reset, factor_added),
    (second.authenticator_removed, factor_removed),
)


def _holder(name: str) -> Any:
    return get_user_model()._default_manager.filter(email__iexact=name).first() if name else None


def _record(event: str, request: HttpRequest, user: Any, **detail: str) -> None:
    """A failed attempt is about the account, but nobody's act: the person who typed is not known."""
    is_theirs = event not in {"SIGN_IN_FAILED", "LOCKED_OUT"}
    agent = request.headers.get("User-Agent", "")[:USER_AGENT]
    facts = {**detail, "ip": client_ip(request), "user_agent": agent}
    with acting(user_id=user.pk if user is not None and is_theirs else None):
        note(
            event,
            at=timezone.now(),
            object_type=get_user_model()._meta.label_lower if user is not None else "",
            object_id=user.pk if user is not None else "",
            detail={name: value for name, value in facts.items() if value},
        )
