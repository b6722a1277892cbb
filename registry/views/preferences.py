"""What everybody sets for themselves."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.people import PreferencesForm
from registry.kernel.access import sessions
from registry.kernel.http.pages import page
from registry.policies.people import may_keep_own
from registry.services import people as services
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import status_of


@page(may_keep_own)
def preferences(request: SignedInRequest) -> HttpResponse:
    user = request.user
    now = {"name": user.name, "title": user.title, "single_key_shortcuts": user.single_key_shortcuts}
    form = PreferencesForm(request.POST or None, initial=now)
    if form.is_valid():
        services.set_preferences(user, **form.cleaned_data)
        messages.success(request, _("Your preferences are saved."))
        return redirect("preferences")
    return render(request, "people/preferences.html", {"form": form}, status=status_of(form))


@page(may_keep_own, "GET")
def address(request: SignedInRequest) -> HttpResponse:
    """Stands where the sign-in library would let people change their address by themselves."""
    messages.info(request, _("Your address is changed by an administrator."))
    return redirect("preferences")


@page(may_keep_own, "POST")
def end_session(request: SignedInRequest, pk: int) -> HttpResponse:
    """One of one's own sessions; ending the one at hand is signing out."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.is_current():
        return redirect("account_logout")
    sessions.end(session, at=timezone.now())
    messages.success(request, _("That session is ended."))
    return redirect("usersessions_list")
