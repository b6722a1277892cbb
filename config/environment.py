"""Typed reading of environment variables; a wrong or missing value stops the start with one clear sentence."""

import base64
import binascii
import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from incidents.tracing import is_template

HERE = ("localhost", "127.0.0.1", "::1")
ROOT = Path(__file__).resolve().parent.parent


def refuse(sentence: str) -> NoReturn:
    """Stop the start: `sentence` tells the operator what to set."""
    raise ImproperlyConfigured(sentence)


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def required(name: str, purpose: str) -> str:
    return text(name) or refuse(f"{name} is not set. It is needed for {purpose}.")


def number(name: str, default: int) -> int:
    raw = text(name, str(default))
    try:
        return int(raw)
    except ValueError:
        refuse(f"{name} must be a whole number, not {raw!r}.")


def switch(name: str, default: bool) -> bool:
    raw = text(name, "1" if default else "0").lower()
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off", ""}:
        return False
    refuse(f"{name} must be 1 or 0, not {raw!r}.")


def trace_link() -> str:
    """Where a trace is looked at, with `{trace_id}` in its place; nothing unless it is set."""
    address = text("TRACE_LINK")
    if address and not is_template(address):
        refuse("TRACE_LINK must be an address such as https://traces.example/trace/{trace_id}.")
    return address


def listing(name: str) -> list[str]:
    return [part.strip() for part in text(name).split(",") if part.strip()]


def networks(name: str) -> list[str]:
    """Addresses or networks in the notation of CIDR."""
    found = listing(name)
    for each in found:
        try:
            ip_network(each, strict=False)
        except ValueError:
            refuse(f"{name} must hold networks such as 10.20.0.0/16, not {each!r}.")
    return found


def https_or_here(url: str) -> bool:
    """Whether what is sent to `url` can be read by nobody else; true of an empty one."""
    parts = urlsplit(url)
    return not url or parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)


def file_keys() -> list[tuple[str, bytes]]:
    """Id and 32 bytes of each key that stored files are encrypted with, the current one first."""
    if path := text("FILES_KEYS_FILE"):
        try:
            given = Path(path).read_text(encoding="utf-8").split()
        except (OSError, UnicodeDecodeError) as failure:
            refuse(f"FILES_KEYS_FILE cannot be read: {failure}.")
    else:
        given = listing("FILES_KEYS")
    keys = [_file_key(entry) for entry in given]
    if len({name for name, _secret in keys}) < len(keys):
        refuse("FILES_KEYS names a key id twice.")
    return keys


def _file_key(entry: str) -> tuple[str, bytes]:
    """Says nothing of the key itself: refusals end up in logs."""
    name, _colon, encoded = entry.partition(":")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name):
        refuse("FILES_KEYS must be entries like id:key; an id has up to 40 letters, digits, hyphens or underscores.")
    try:
        secret = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        refuse(f"The key {name} in FILES_KEYS is not base64.")
    if len(secret) != 32:
        refuse(f"The key {name} in FILES_KEYS has {len(secret)} bytes; 32 are needed.")
    return name, secret


def data_folder() -> Path:
    """Where the embedded database, the file broker, uploads and made documents live."""
    folder = Path(text("HOLDFAST_VAR", str(ROOT / "var"))).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


PLANNER = "-c random_page_cost=1.1 -c jit=off"
"""Pages of an index cost about what pages in a row cost, on solid state and in memory; and no statement of ours runs
so long that it is worth being compiled. `?options=` in DATABASE_URL says otherwise, or nothing, to a pooler."""


def postgres(url: str) -> dict[str, object]:
    """Django's database dictionary for a `postgresql://` URL, socket folders included (`?host=/folder`)."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        refuse(f"DATABASE_URL must start with postgresql://, not {parts.scheme or 'nothing'}://.")
    options = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    host = unquote(options.pop("host", "")) or (parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": {"options": PLANNER, **{key: unquote(value) for key, value in options.items()}},
    }
