"""Whether the log can have its name, whether this login could bend the record, and whether its guards stand.

Of the record asked by `manage.py check --database default` and `manage.py check --deploy`; a plain `check` asks no
database anything.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import OperationalError, connections
from django.utils.translation import gettext as _

from registry.kernel.ledger.grants import append_only_tables
from registry.kernel.ledger.guarding import changed_since_sealed, gone_or_off
from registry.kernel.ledger.models import SchemaSeal
from registry.kernel.ledger.origins import fault_of

SUPERUSER, OWNS, CHANGES, CREATES = "holdfast.W030", "holdfast.W031", "holdfast.W032", "holdfast.W033"
UNGUARDED, ALTERED, MEMBER = "holdfast.W034", "holdfast.W035", "holdfast.W036"
UNASKED, MISNAMED = "holdfast.I037", "holdfast.E038"


@register(Tags.security)
def check_name(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Whether the log can be signed under its name."""
    fault, hint = fault_of(settings.LEDGER_ORIGIN), _("Choose it once: it is a part of the public key.")
    return [checks.Error(fault, hint=hint, id=MISNAMED)] if fault else []


@register(Tags.database)
def check_record(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """Only for databases that were asked for, and that were migrated."""
    using = "default"
    if using not in (databases or ()) or not _is_installed(using):
        return []
    found = list(_guards(using))
    return found if settings.DATABASE_LOGIN == "owner" else [*_login(using), *found]


@register(Tags.security, deploy=True)
def check_record_of_deployment(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """The same, where the database answers and was not asked for by name already."""
    if databases:
        return []
    try:
        return check_record(app_configs, ["default"])
    except OperationalError:
        sentence = _("The database does not answer, so whether this login could bend the record was not checked.")
        return [checks.Info(sentence, id=UNASKED)]


def _is_installed(using: str) -> bool:
    return bool(_value("SELECT to_regclass('public.ledger_schema') IS NOT NULL", using)) and (
        SchemaSeal.objects.using(using).exists()
    )


def _login(using: str) -> Iterator[CheckMessage]:
    hint = _("Run harden_database, and give web, worker and sequencer their own logins: docs/deploying.md.")
    login = _value("SELECT current_user", using)
    if _value(
        "SELECT bool_or(rolsuper OR rolbypassrls OR rolcreaterole) FROM pg_roles WHERE pg_has_role(oid, 'MEMBER')",
        using,
    ):
        yield checks.Warning(
            _("The login %(login)s is, or may act as, a superuser or a role that may create logins.")
            % {"login": login},
            hint,
            id=SUPERUSER,
        )
    owned = _value(
        "SELECT count(*) FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') "
        "AND pg_has_role(c.relowner, 'MEMBER')",
        using,
    )
    if owned:
        sentence = _(
            "The login %(login)s owns %(count)s tables, or may act as their owner, and could switch their guards off."
        )
        yield checks.Warning(sentence % {"login": login, "count": owned}, hint, id=OWNS)
    others = _value(
        "SELECT string_agg(r.rolname, ', ' ORDER BY r.rolname) FROM pg_auth_members AS m "
        "JOIN pg_roles AS r ON r.oid = m.roleid JOIN pg_roles AS me ON me.oid = m.member "
        "WHERE me.rolname = current_user",
        using,
    )
    if others:
        sentence = _("The login %(login)s may act as other roles: %(roles)s.")
        yield checks.Warning(sentence % {"login": login, "roles": others}, hint, id=MEMBER)
    may_change = list(_changeable(using))
    if may_change:
        sentence = _("The login %(login)s may change or remove rows that must stay: %(tables)s.")
        yield checks.Warning(sentence % {"login": login, "tables": _some(may_change)}, hint, id=CHANGES)
    if _value(
        "SELECT has_schema_privilege('public', 'CREATE') OR has_database_privilege(current_database(), 'TEMPORARY')",
        using,
    ):
        sentence = _("The login %(login)s may create tables in this database.")
        yield checks.Warning(sentence % {"login": login}, hint, id=CREATES)


def _changeable(using: str) -> Iterator[str]:
    with connections[using].cursor() as cursor:
        for table, exceptions in append_only_tables().items():
            wanted = "DELETE, TRUNCATE" if exceptions or table == "ledger_tile" else "UPDATE, DELETE, TRUNCATE"
            cursor.execute(
                "SELECT to_regclass(%s) IS NOT NULL AND has_table_privilege(to_regclass(%s)::oid, %s)",
                [f"public.{table}", f"public.{table}", wanted],
            )
            if (cursor.fetchone() or (False,))[0]:
                yield table


def _guards(using: str) -> Iterator[CheckMessage]:
    hint = _("Find out who did this and when; `migrate` puts the guards back, `verify_ledger` looks for what changed.")
    off = gone_or_off(using)
    if off:
        sentence = _("Guards of the record are missing or switched off: %(names)s.")
        yield checks.Warning(sentence % {"names": _some(off)}, hint, id=UNGUARDED)
    changed = changed_since_sealed(using)
    if changed:
        sentence = _("The guards of the record are not as they were last sealed: %(names)s.")
        yield checks.Warning(sentence % {"names": _some(changed)}, hint, id=ALTERED)


def _some(names: Sequence[str]) -> str:
    more = len(names) - 5
    return ", ".join(names[:5]) + (_(" and %(count)s more") % {"count": more} if more > 0 else "")


def _value(sql: str, using: str) -> Any:
    with connections[using].cursor() as cursor:
        cursor.execute(sql)
        return (cursor.fetchone() or (None,))[0]
