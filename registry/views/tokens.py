"""One's own API tokens."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.people import TokenForm
from registry.kernel.http.pages import page
from registry.models import ApiToken
from registry.policies.people import may_manage_tokens
from registry.services import tokens as services
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, status_of

SECRET = "token_secret"  # noqa: S105 - the session key of the secret that the next page shows, once


@page(may_manage_tokens, "GET")
def tokens(request: SignedInRequest) -> HttpResponse:
    kept = ApiToken.objects.filter(user=request.user).select_related("use")
    now = timezone.now()
    context = {
        "working": [token for token in kept if _works(token, now)],
        "ended": [token for token in kept if not _works(token, now)],
        "secret": request.session.pop(SECRET, "") if SECRET in request.session else "",
    }
    return render(request, "people/tokens.html", context)


def _works(token: ApiToken, now: object) -> bool:
    return token.revoked_at is None and (token.expires_at is None or token.expires_at > now)  # type: ignore[operator]


@page(may_manage_tokens)
def new(request: SignedInRequest) -> HttpResponse:
    form = TokenForm(request.POST or None)
    if form.is_valid() and (url := create_once(request, form, lambda: _issue(request, form))):
        return redirect(url)
    return render(request, "people/token_new.html", {"form": form}, status=status_of(form))


def _issue(request: SignedInRequest, form: TokenForm) -> str:
    _token, secret = services.issue(
        by=request.user, at=timezone.now(), name=form.cleaned_data["name"], expires_at=form.expires_at()
    )
    request.session[SECRET] = secret
    return reverse("tokens")


@page(may_manage_tokens, "POST")
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=pk, user=request.user)
    services.revoke(token, by=request.user, at=timezone.now())
    messages.success(request, _("The token “%(name)s” no longer works.") % {"name": token.name})
    return redirect("tokens")
