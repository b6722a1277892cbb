"""The API: its addresses, its description and the page that shows it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from registry.kernel.access.verdict import Policy
from registry.kernel.http.pages import page
from registry.policies.workflows import may_see_register


class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1 as JSON, for whoever may call the API."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer]

    def policy_for(self, request: HttpRequest | Request) -> Policy:
        return may_see_register

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answer: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        return answer


@page(may_see_register, "GET")
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html")


app_name = "api"
urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    path("", include("reviews.api.routes")),
    path("", include("intake.api.routes")),
    path("", include("incidents.api.routes")),
    path("", include("registry.api.routes")),
]
