"""Databases of their own beside the test database, and connections to them as other logins."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, connections
from psycopg import sql

Connection = psycopg.Connection[tuple[Any, ...]]


def connect(database: str, user: str = "", *, autocommit: bool = False) -> Connection:
    known = connection.settings_dict
    return psycopg.connect(
        host=known["HOST"],
        port=known["PORT"] or None,
        dbname=database,
        user=user or known["USER"],
        password=known["PASSWORD"] or None,
        autocommit=autocommit,
    )


@contextmanager
def pointing_at(database: str, user: str = "") -> Iterator[None]:
    """Django's connection goes to another database of the same server, by another login if one is named."""
    before = connections["default"]
    other = before.copy()
    other.settings_dict["NAME"] = database
    other.settings_dict["USER"] = user or before.settings_dict["USER"]
    connections["default"] = other
    try:
        yield
    finally:
        other.close()
        connections["default"] = before


@contextmanager
def fresh(name: str) -> Iterator[str]:
    """An empty database; gone afterwards."""
    with _made(name, like="template0"):
        yield name


@contextmanager
def copied(name: str) -> Iterator[str]:
    """A copy of the test database; gone afterwards. Nothing may be under way in the original."""
    original = str(connection.settings_dict["NAME"])
    assert original.startswith("test_"), "no test database was set up: mark a test of the module with django_db"
    connections.close_all()
    with _made(name, like=original):
        yield name


@contextmanager
def _made(name: str, *, like: str) -> Iterator[None]:
    drop(name)
    _administer(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like)))
    try:
        yield
    finally:
        drop(name)


def drop(name: str) -> None:
    _administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def forget(*roles: str) -> None:
    for role in roles:
        _administer(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


def _administer(statement: sql.Composed) -> None:
    with connect("postgres", autocommit=True) as server:
        server.execute(statement)
