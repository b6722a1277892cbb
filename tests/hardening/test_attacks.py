"""Each way to bend the record, tried by each login on a real server."""

import psycopg
import pytest

from tests.hardening.conftest import Server
from tests.hardening.statements import EVERYTHING, Attempt

pytestmark = pytest.mark.django_db

LOGINS = ("application", "sequencer", "auditor", "owner", "superuser")


def tried(server: Server, who: str, statement: str) -> str:
    with server.connect(who) as connection:
        try:
            connection.execute("SET lock_timeout = '2s'")
            connection.execute(statement.format(owner=server.owner) if "{owner}" in statement else statement)
        except psycopg.Error as refused:
            return str(refused.sqlstate)
        finally:
            connection.rollback()
    return "ok"


@pytest.mark.parametrize("attempt", EVERYTHING, ids=lambda attempt: attempt.what.replace(" ", "-"))
def test_each_login_gets_what_it_is_meant_to_get(server: Server, attempt: Attempt) -> None:
    expected = {who: getattr(attempt, who) for who in LOGINS}
    assert {who: tried(server, who, attempt.sql) for who in LOGINS} == expected
