"""A signed-in browser without a browser, and a room that has seen some work."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from incidents.models import Incident
from incidents.services import declaring
from registry.models import ContainmentOption, Role, User, Workflow
from tests import people
from tests.incidents import making

SignIn = Callable[[User], Client]


@pytest.fixture
def as_user() -> SignIn:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def workflow(db: None) -> Workflow:
    return making.workflow("Claims triage", tier="T1")


@pytest.fixture
def switch(workflow: Workflow) -> ContainmentOption:
    return making.option(workflow, executors=[Role.RESPONDER])


@pytest.fixture
def incident(workflow: Workflow, now: datetime) -> Incident:
    """Open, led by Rae Responder, declared an hour ago."""
    return declaring.declare(
        by=people.responder(),
        at=now - timedelta(hours=1),
        title="Refunds paid twice",
        summary="Two customers were refunded twice.",
        workflow=workflow,
    )
