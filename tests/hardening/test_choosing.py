"""Which login a process of a real installation uses."""

import pytest

from config import logins

APP = "postgresql://app_login:a@db/holdfast"
OWNER = "postgresql://owner_login:o@db/holdfast"
SEAL = "postgresql://seal_login:s@db/holdfast"


@pytest.fixture(autouse=True)
def _urls(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, url in (("DATABASE_URL", APP), ("DATABASE_OWNER_URL", OWNER), ("DATABASE_SEAL_URL", SEAL)):
        monkeypatch.setenv(name, url)


@pytest.mark.parametrize(
    ("argv", "user"),
    [
        (["manage.py", "migrate"], "owner_login"),
        (["/app/manage.py", "harden_database"], "owner_login"),
        (["manage.py", "backup", "/backups/today"], "owner_login"),
        (["manage.py", "seal"], "seal_login"),
        (["manage.py", "token", "somebody@example.test"], "app_login"),
        (["uvicorn", "config.asgi:application"], "app_login"),
        (["celery", "-A", "config", "worker"], "app_login"),
    ],
)
def test_each_command_has_the_login_it_needs(argv: list[str], user: str) -> None:
    assert logins.chosen(argv)[1]["USER"] == user


def test_with_one_login_everything_uses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_OWNER_URL")
    monkeypatch.delenv("DATABASE_SEAL_URL")
    login, database = logins.chosen(["manage.py", "migrate"])
    assert (login, database["USER"]) == (logins.APPLICATION, "app_login")


def test_the_logins_are_called_as_their_urls_say() -> None:
    assert logins.names() == {"application": "app_login", "sequencer": "seal_login", "auditor": "holdfast_auditor"}


def test_the_login_of_a_single_url_is_not_taken_for_one_with_few_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_OWNER_URL")
    assert logins.names()["application"] == "holdfast_app"


def test_passwords_come_from_the_urls() -> None:
    assert logins.passwords() == {"app_login": "a", "seal_login": "s"}
