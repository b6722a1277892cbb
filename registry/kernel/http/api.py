"""Building blocks of the API: a policy per action, writes attributed to the caller, creating once."""

from collections.abc import Callable, Sequence
from functools import wraps
from operator import attrgetter
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from registry.kernel.access.verdict import Policy, require
from registry.kernel.audit.context import attribute_to
from registry.kernel.http.errors import OnlyNow
from registry.kernel.http.idempotency import answered_once
from registry.kernel.http.moments import PARAMETER
from registry.kernel.http.one_view import of_one_view
from registry.kernel.http.parsing import JSONParser, refuse_too_large

Serializers = type[BaseSerializer[Any]]
Method = Callable[..., Any]
JSON: Sequence[type[BaseParser]] = (JSONParser,)
FILES: Sequence[type[BaseParser]] = (MultiPartParser,)
JSON_OR_FILES: Sequence[type[BaseParser]] = (JSONParser, MultiPartParser)


class PolicyViewSet(viewsets.GenericViewSet[Any]):
    """A viewset whose `reads` is the policy of everything that only reads.

    Whatever writes is marked with `writes`, which asks its own policy about the record at hand besides;
    an unsafe action that is not marked is closed.
    """

    reads: ClassVar[Policy | None] = None
    serializer_classes: ClassVar[dict[str, Serializers]] = {}
    """Action → serializer, where it is not `serializer_class`."""
    reads_moments: ClassVar[tuple[str, ...]] = ()
    """Actions that answer as known at `?at=`; the others refuse it, since they only know what is so now."""
    parser_classes = JSON
    lookup_value_converter = "int"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.at = timezone.now()
        if request.user.is_authenticated:
            attribute_to(request.user.pk)
        super().initial(request, *args, **kwargs)
        if PARAMETER in request.query_params and self.action and self.action not in self.reads_moments:
            raise ValidationError({PARAMETER: [OnlyNow.sentence]})

    @property
    def by(self) -> Any:
        """Who calls: a person of the project's user model."""
        return self.request.user

    def policy_for(self, request: HttpRequest | Request) -> Policy | None:
        action = self.action or ""
        is_open = request.method in SAFE_METHODS or not action or hasattr(getattr(self, action, None), "writes")
        return self.reads if is_open else None

    def get_serializer_class(self) -> Any:
        return self.serializer_classes.get(self.action) or self.serializer_class

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset().none()
        return self.visible()

    def visible(self) -> Any:
        """The rows the caller may see; for others they do not exist."""
        raise AssertionError("each list says which rows the caller may see")

    def parent(self) -> Any:
        """The record that a nested address names first, if there is one."""
        return None

    def subject(self) -> Any:
        """The record at hand: the one addressed, or the one a new record would belong to."""
        return self.get_object() if self.detail else self.parent()


class ReadViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PolicyViewSet):
    """Listed and read one by one."""


class ListViewSet(mixins.ListModelMixin, PolicyViewSet):
    """Listed only."""


def whoever(policy: Policy) -> Policy:
    """A policy about the person alone, asked where there is a record at hand as well."""

    @wraps(policy)
    def asked(user: Any, *_about: Any) -> Any:
        return policy(user)

    return asked


def through(path: str, policy: Policy) -> Policy:
    """A policy about what the record at hand belongs to; `path` is the attribute, or dotted attributes, of it."""
    reach = attrgetter(path)

    @wraps(policy)
    def asked(user: Any, record: Any) -> Any:
        return policy(user, reach(record))

    return asked


def writes(
    policy: Policy,
    takes: Serializers | None,
    gives: Serializers,
    *,
    status: int = 200,
    repeatable: bool = False,
    known: bool = False,
    one_view: bool = False,
    examples: Sequence[OpenApiExample] = (),
) -> Callable[[Method], Method]:
    """An action that changes something: `policy` is asked about the caller and the record at hand, the body is
    checked by `takes` and handed over as a dictionary, and what comes back is answered as `gives`.

    An `Idempotency-Key` is honoured, unless the action is `repeatable`: then it must not run inside a
    transaction, and doing it twice is harmless or refused by the service. With `known` such an action answers 200
    where what comes back says by `is_new` that it was there already. With `one_view` everything it reads is of one
    moment, and it may be run more than once until that is so.
    """

    def decorate(method: Method) -> Method:
        @wraps(method)
        def action(self: PolicyViewSet, request: Request, *args: Any, **kwargs: Any) -> Response:
            subject = self.subject()
            about = [] if subject is None else [subject]
            require(policy, request.user, *about)
            refuse_too_large(request)

            def make() -> Any:
                body = [] if takes is None else [_checked(takes, request, self.get_serializer_context())]
                return method(self, *about, *body)

            def told(made: Any) -> Any:
                return gives(made, context=self.get_serializer_context()).data

            if repeatable or request.method != "POST":
                made = make()
                return Response(told(made), status=200 if known and not made.is_new else status)

            def answer() -> Response:
                return answered_once(request, lambda: told(make()), status=status)

            return of_one_view(answer) if one_view else answer()

        answers = {status: gives, **({200: gives} if known else {})}
        documented: Method = extend_schema(request=takes, responses=answers, examples=list(examples))(action)
        documented.writes = policy  # type: ignore[attr-defined]
        documented.honours_keys = not repeatable  # type: ignore[attr-defined]
        return documented

    return decorate


def _checked(takes: Serializers, request: Request, context: Any) -> dict[str, Any]:
    body = takes(data=request.data, context=context)
    body.is_valid(raise_exception=True)
    given: dict[str, Any] = body.validated_data
    return given
