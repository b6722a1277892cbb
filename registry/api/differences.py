"""The difference between two moments through the API: `…/difference/?from=…&to=…`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.serializers.differences import DifferenceDetail
from registry.forms.past import TwoMomentsForm
from registry.kernel.audit.asof import first_known
from registry.kernel.audit.comparing import Kind, differences

Method = Callable[..., Any]


def compares() -> Callable[[Method], Method]:
    """Describes an action that answers with a difference."""
    described: Callable[[Method], Method] = extend_schema(
        parameters=[
            OpenApiParameter("from", OpenApiTypes.DATETIME, required=True, description="Such as `2026-11-20T14:30Z`."),
            OpenApiParameter("to", OpenApiTypes.DATETIME, description="Without it: now."),
        ],
        responses=DifferenceDetail,
    )
    return described


def difference(request: Request, record: Any, kinds: Sequence[Kind], logs: Mapping[Any, str] | None = None) -> Response:
    """`record` is one that the caller may see now; `kinds` and `logs` are as for the page."""
    now = timezone.now()
    form = TwoMomentsForm(request.query_params, now=now)
    if not form.is_valid():
        problems = {form.add_prefix(name): list(found) for name, found in form.errors.items()}
        raise ValidationError(problems)
    start, end = form.in_order()
    found = {
        "start": start,
        "end": end,
        "first_known": first_known(type(record), record.pk),
        "groups": differences(kinds, start, end, logs or {}),
    }
    return Response(DifferenceDetail(found).data)
