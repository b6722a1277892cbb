"""Checkpoints by HTTP to a service of somebody else's, which answers 2xx when it has taken one."""

from urllib.parse import urlsplit
from urllib.request import Request

from django.conf import settings
from django.utils.translation import gettext as _

from registry.kernel.documents.asking import ask
from registry.kernel.documents.delays import SigningUnavailable
from registry.kernel.ledger.models import Checkpoint
from registry.kernel.ledger.witnesses.base import NotTaken, Periodic, without_secrets

HERE = {"localhost", "127.0.0.1", "::1"}
KEPT = 64 * 1024
"""Bytes of an answer that are kept."""


class EndpointWitness(Periodic):
    """The note is the body, as text. What the service answers, such as its own signature, is kept."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url, self.token = url, token
        self.name = f"http {without_secrets(url)}"

    def hand(self, checkpoint: Checkpoint) -> bytes:
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return post(self.url, checkpoint.note.encode(), headers, who=_("witness"))[:KEPT]


def post(url: str, body: bytes, headers: dict[str, str], *, who: str) -> bytes:
    """The answer, whatever was in it. No redirect is followed. Raises NotTaken."""
    if not is_safe(url):
        raise NotTaken(_("The address of the %(who)s must begin with https://.") % {"who": who})
    try:
        return ask(Request(url, body, headers), who=who)  # noqa: S310 - `ask` knows http(s) only
    except SigningUnavailable as failure:
        raise NotTaken(str(failure)) from failure


def is_safe(url: str) -> bool:
    """HTTPS; without it only on this machine, or where everything is on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and (settings.IS_LOCAL or parts.hostname in HERE))
