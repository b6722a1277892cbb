"""One question to a service outside, by HTTP: no redirects, a time limit, a size limit."""

from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.utils.translation import gettext as _

from registry.kernel.documents.delays import SigningUnavailable

SECONDS = 15
MOST = 1024 * 1024


class _NoRedirect(HTTPRedirectHandler):
    """A signing request sent elsewhere by an answer would be a leak, or a loop."""

    def redirect_request(self, *_arguments: object, **_options: object) -> None:
        return None


def ask(request: Request, *, who: str) -> bytes:
    """The answer. Raises SigningUnavailable, naming `who`, for everything else."""
    if request.type not in {"http", "https"}:
        raise SigningUnavailable(_("The address of the %(who)s must begin with https://.") % {"who": who})
    try:
        with build_opener(_NoRedirect).open(request, timeout=SECONDS) as answer:
            content: bytes = answer.read(MOST + 1)
    except HTTPError as refusal:
        raise SigningUnavailable(
            _("The %(who)s refused (status %(status)s). It is asked again shortly.")
            % {"who": who, "status": refusal.code}
        ) from refusal
    except (OSError, HTTPException, ValueError) as failure:
        raise SigningUnavailable(
            _("The %(who)s could not be reached. It is asked again shortly.") % {"who": who}
        ) from failure
    if len(content) > MOST:
        raise SigningUnavailable(_("The %(who)s gave an answer that is too long.") % {"who": who})
    return content
