"""The columns the register usually shows a person, kept with the person."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.filters.addresses import Address
from registry.kernel.http.pages import page
from registry.policies.people import may_keep_own
from registry.services import people as services
from registry.views.requests import SignedInRequest


@page(may_keep_own, "POST")
def keep(request: SignedInRequest) -> HttpResponse:
    """Those of the address in `query`, or with `standard` those all begin with; back to the same list."""
    query = QueryDict(request.POST.get("query", "")[:4000], mutable=True)
    is_standard = "standard" in request.POST
    columns = [] if is_standard else [column.key for column in Address(query, request).columns]
    request.user.register_columns = services.set_register_columns(request.user, columns=columns).register_columns
    query.pop("cols", None)
    said = _("The register shows you its standard columns.") if is_standard else _("These are your usual columns now.")
    messages.success(request, said)
    plain = Address(query, request).plain
    return redirect(f"{reverse('register')}?{plain}" if plain else "register")
