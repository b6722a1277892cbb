"""One's own setting of the mail that gathers notices."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.digests import DigestForm
from registry.kernel.http.pages import page
from registry.models import DigestRhythm
from registry.policies.people import may_keep_own
from registry.reports.digests import due_after, zone_of
from registry.services import people as services
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import status_of


@page(may_keep_own)
def settings(request: SignedInRequest) -> HttpResponse:
    user = request.user
    now = {
        "digest_rhythm": user.digest_rhythm,
        "digest_weekday": user.digest_weekday,
        "digest_hour": user.digest_hour,
        "time_zone": zone_of(user).key,
    }
    form = DigestForm(request.POST or None, initial=now)
    if form.is_valid():
        services.set_digest(user, **form.cleaned_data)
        messages.success(request, _("Your notices by mail are set."))
        return redirect("digest-settings")
    is_on = user.digest_rhythm != DigestRhythm.NEVER
    context = {
        "form": form,
        "next_due": due_after(user, timezone.now()).astimezone(zone_of(user)) if is_on else None,
        "zone": zone_of(user).key.replace("_", " "),
        "last": user.digests.select_related("mail").first(),
    }
    return render(request, "people/digest.html", context, status=status_of(form))
