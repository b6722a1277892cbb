"""The public page where anybody checks a report: a code from paper, or the file itself."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from registry.kernel.http.fingerprints import only_hashed
from registry.kernel.http.limits import Limit, limited
from registry.kernel.http.pages import anyone, page
from registry.reports.published import verifier_sha256
from reviews.forms.verifying import VerifyForm
from reviews.reports.verification import verify as look_up

LOOKED_UP = Limit("verify", most=60)
UPLOADED = Limit("verify-files", most=20)


@only_hashed(settings.BODY_LIMITS["/verify/"])
@csrf_exempt  # it changes nothing, and strangers need no cookie
@page(anyone, "GET", "POST")
@limited(LOOKED_UP)
def verify(request: HttpRequest) -> HttpResponseBase:
    """What is sent is hashed and looked up under an address of its own, which can be kept and printed."""
    if request.method == "POST":
        return _received(request)
    form = VerifyForm(request.GET if _asks(request.GET) else None)
    if not (form.is_bound and form.is_valid()):
        return _shown(request, form, None, status=422 if form.errors else 200)
    found = look_up(**_given(form))
    # Who had only the code is offered to add the file to it.
    return _shown(request, VerifyForm(initial={"code": "" if found.sha256 else found.code}), found, status=200)


@limited(UPLOADED)
def _received(request: HttpRequest) -> HttpResponseBase:
    form = VerifyForm(request.POST, request.FILES, too_large=getattr(request, "too_large", ""))
    if not form.is_valid():
        return _shown(request, form, None, status=422)
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in _given(form).items() if value})
    return redirect(f"{reverse('verify')}?{query.urlencode()}")


def _asks(query: QueryDict) -> bool:
    return any(query.get(name, "").strip() for name in ("code", "sha256"))


def _given(form: VerifyForm) -> dict[str, str]:
    return {"code": form.cleaned_data["code"], "sha256": form.cleaned_data["sha256"]}


def _shown(request: HttpRequest, form: VerifyForm, found: object, *, status: int) -> HttpResponse:
    context = {"form": form, "found": found, "verifier_sha256": verifier_sha256()}
    answer = render(request, "verify/verify.html", context, status=status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
