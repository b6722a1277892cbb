"""An auditor who is signed in, and what auditors look at."""

import pytest
from django.test import Client

from tests import people
from tests.signing_in import signed_in


@pytest.fixture
def auditor() -> Client:
    return signed_in(people.auditor())
