"""Which login at the database a process uses: nobody changes what is written but who migrates."""

import sys
from pathlib import Path

from config.environment import postgres, required, text

OWNER, SEQUENCER, APPLICATION = "owner", "sequencer", "application"
COMMANDS = {
    **dict.fromkeys(("migrate", "harden_database", "backup", "restore", "rotate_ledger_key", "continue_log"), OWNER),
    "seal": SEQUENCER,
}
"""Commands that need another login than web and worker."""
VARIABLES = {OWNER: "DATABASE_OWNER_URL", SEQUENCER: "DATABASE_SEAL_URL"}


def chosen(argv: list[str] | None = None) -> tuple[str, dict[str, object]]:
    """Whose login this process uses, and Django's dictionary for it. Without a URL of its own: the application's."""
    words = sys.argv if argv is None else argv
    is_command = len(words) > 1 and Path(words[0]).stem in {"manage", "__main__", "django-admin"}
    login = COMMANDS.get(words[1], APPLICATION) if is_command else APPLICATION
    url = text(VARIABLES[login]) if login in VARIABLES else ""
    if not url:
        login, url = APPLICATION, required("DATABASE_URL", "the PostgreSQL that holds the record")
    return login, postgres(url)


def names() -> dict[str, str]:
    """What the logins are called: as their URLs say where they are given, else by variables of their own."""
    given = {
        "application": _user("DATABASE_URL") if text("DATABASE_OWNER_URL") else "",
        "sequencer": _user("DATABASE_SEAL_URL"),
        "auditor": "",
    }
    short = {"application": "APP", "sequencer": "SEAL", "auditor": "AUDITOR"}
    return {
        role: text(f"DATABASE_{word}_ROLE") or given[role] or f"holdfast_{word.lower()}" for role, word in short.items()
    }


def passwords() -> dict[str, str]:
    """By login, for `harden_database`: as the URLs of the processes hold them."""
    found = (postgres(url) for variable in ("DATABASE_URL", "DATABASE_SEAL_URL") if (url := text(variable)))
    return {str(one["USER"]): str(one["PASSWORD"]) for one in found}


def _user(variable: str) -> str:
    url = text(variable)
    return str(postgres(url)["USER"]) if url else ""
