"""Time stamps from an RFC 3161 authority: proof by somebody else that a signature existed at a moment."""

from urllib.request import Request

from asn1crypto import tsp
from django.utils.translation import gettext as _
from pyhanko.sign.timestamps import TimeStamper

from registry.kernel.documents.asking import ask
from registry.kernel.documents.delays import SigningUnavailable

HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


class Authority(TimeStamper):
    """The authority at `url`. The library checks that the answer is about our digest and our nonce."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        request = Request(self.url, req.dump(), HEADERS)  # noqa: S310 - `ask` knows http(s) only
        answer = ask(request, who=_("time-stamp authority"))
        try:
            response = tsp.TimeStampResp.load(answer)
            response.native  # noqa: B018 - reads all of it, so that a malformed part is found here
        except ValueError as failure:
            raise SigningUnavailable(
                _("The time-stamp authority gave an answer that is no time stamp. It is asked again shortly.")
            ) from failure
        return response
