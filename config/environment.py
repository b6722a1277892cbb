"""Typed reading of environment variables; a wrong or missing value stops the start with one clear sentence."""

import os
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

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


def listing(name: str) -> list[str]:
    return [part.strip() for part in text(name).split(",") if part.strip()]


def data_folder() -> Path:
    """Where the embedded database, the file broker, uploads and made documents live."""
    folder = Path(text("HOLDFAST_VAR", str(ROOT / "var"))).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


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
        "OPTIONS": {**{key: unquote(value) for key, value in options.items()}},
    }
