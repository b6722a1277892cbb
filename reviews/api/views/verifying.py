"""Looking up a report by its code or hash, for programs of anybody."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from registry.kernel.http.api import PolicyViewSet
from registry.kernel.http.limits import Limit, sentence
from registry.kernel.http.pages import anyone
from registry.kernel.http.problems import problem
from registry.models import Document
from reviews.api.serializers.verifying import Verified
from reviews.forms.verifying import VerifyForm
from reviews.reports.verification import verify

ASKED = Limit("verify-api", most=60)


class VerifyViewSet(PolicyViewSet):
    """Open to all: says of a report only what the public page says."""

    queryset = Document.objects.none()
    serializer_class = Verified
    permission_classes = [AllowAny]
    reads = staticmethod(anyone)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.headers["X-Robots-Tag"] = "noindex"
        self.headers["Cache-Control"] = "no-store"

    @extend_schema(
        parameters=[
            OpenApiParameter("code", str, description="The verification code printed in the report."),
            OpenApiParameter("sha256", str, description="SHA-256 of the file, in hex."),
        ],
        responses=Verified,
    )
    def retrieve(self, request: Request) -> Response:
        """Genuine and current, superseded, another file than the issued one, or unknown; one of the two is needed."""
        if seconds := ASKED.wait(request._request):
            answer = problem(429, "too-many-requests", sentence(seconds))
            answer.headers["Retry-After"] = str(seconds)
            return answer
        form = VerifyForm(request.query_params)
        if not form.is_valid():
            raise ValidationError(_errors(form))
        found = verify(code=form.cleaned_data["code"], sha256=form.cleaned_data["sha256"])
        return Response(Verified(found).data)


def _errors(form: VerifyForm) -> dict[str, list[str]]:
    """What concerns no field is said of the first: a program has no top of the page."""
    found = {name: [str(message) for message in messages] for name, messages in form.errors.items()}
    general = found.pop("__all__", None)
    return found | ({"code": [_("Give a code, a SHA-256, or both.")]} if general else {})
