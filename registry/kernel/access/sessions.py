"""Ending sessions: one's own, one by one, and all of a person who leaves."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser

from registry.kernel.audit.events import note


def end(session: UserSession, *, at: datetime) -> None:
    """The browser that holds the session is signed out with its next request."""
    owner, detail = session.user_id, {"ip": session.ip, "user_agent": session.user_agent}
    session.end()
    note("SESSION_ENDED", at=at, object_type=get_user_model()._meta.label_lower, object_id=owner, detail=detail)


def end_all(user: AbstractBaseUser, *, at: datetime) -> int:
    """How many were ended."""
    sessions = list(UserSession.objects.filter(user_id=user.pk))
    for session in sessions:
        end(session, at=at)
    return len(sessions)
