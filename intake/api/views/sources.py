"""What sends signals: set up, changed, and its tokens."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework.decorators import action

from intake.api.serializers.signals import Because, Decided
from intake.api.serializers.sources import (
    AddSource,
    EditSource,
    NewSource,
    NewToken,
    Rotate,
    SetSecret,
    SourceRow,
    Token,
    TriedMapping,
    TryMapping,
)
from intake.models import SignalSource, SourceToken
from intake.policies import sources as policies
from intake.services import rereading, tokens, trying
from intake.services import sources as services
from registry.api.serializers.control import Why
from registry.kernel.http.api import ReadViewSet, through, whoever, writes

EXAMPLE = OpenApiExample(
    "Prometheus Alertmanager", value={"name": "Alertmanager, platform", "kind": "ALERTMANAGER"}, request_only=True
)


class SourceViewSet(ReadViewSet):
    """Tools and pipelines that send signals. What a token opens is in no answer but the one that gives it out."""

    queryset = SignalSource.objects.all()
    serializer_class = SourceRow
    filterset_fields = ["kind", "owner", "is_enabled"]
    reads = staticmethod(policies.may_see_list)

    def visible(self) -> Any:
        rows: Any = SignalSource.objects
        return rows.listed_for(self.by).machines().select_related("owner", "default_workflow").order_by("pk")

    @writes(policies.may_add, AddSource, NewSource, status=201, repeatable=True, examples=[EXAMPLE])
    def create(self, given: dict[str, Any]) -> SignalSource:
        """Set one up. Its token is in this answer and nowhere else."""
        made, token = services.add(by=self.by, at=self.at, **given)
        made.token = token  # type: ignore[attr-defined]
        return made

    @writes(policies.may_manage, EditSource, SourceRow)
    def partial_update(self, source: SignalSource, given: dict[str, Any]) -> SignalSource:
        """Change how its signals are read, bound and promoted."""
        opened = given.pop("version")
        return services.edit(source, by=self.by, at=self.at, opened_version=opened, **given)

    @action(detail=True, methods=["post"], url_path="set-secret")
    @writes(policies.may_manage, SetSecret, SourceRow)
    def set_secret(self, source: SignalSource, given: dict[str, Any]) -> SignalSource:
        """Replace the secret it signs with; an empty one ends it, where the kind allows that."""
        return services.set_secret(source, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="rotate-token")
    @writes(policies.may_manage, Rotate, NewToken, repeatable=True)
    def rotate_token(self, source: SignalSource, given: dict[str, Any]) -> SourceToken:
        """A successor of all living tokens; they go on for `overlap`."""
        token, secret = tokens.rotate(source, by=self.by, at=self.at, **given)
        token.secret = secret  # type: ignore[attr-defined]
        return token

    @action(detail=True, methods=["post"], url_path="try-mapping")
    @writes(policies.may_manage, TryMapping, TriedMapping, repeatable=True)
    def try_mapping(self, source: SignalSource, given: dict[str, Any]) -> trying.Tried:
        """What a sample would become. Nothing is kept."""
        return trying.tried(source, given["sample"], services.checked_mapping(given["mapping"]))

    @action(detail=True, methods=["post"], url_path="read-again")
    @writes(whoever(policies.may_add), Because, Decided)
    def read_again(self, source: SignalSource, given: dict[str, Any]) -> dict[str, int]:
        """Read once more everything of it that could not be read or taken in."""
        return {"count": rereading.read_all_again(source, by=self.by, at=self.at, **given)}


class SourceTokenViewSet(ReadViewSet):
    """Tokens of sources, by their first characters."""

    queryset = SourceToken.objects.all()
    serializer_class = Token
    filterset_fields = ["source"]
    reads = staticmethod(policies.may_see_list)

    def visible(self) -> Any:
        return SourceToken.objects.select_related("source", "created_by")

    @action(detail=True, methods=["post"])
    @writes(through("source", policies.may_manage), Why, Token)
    def revoke(self, token: SourceToken, given: dict[str, Any]) -> SourceToken:
        """It opens nothing from now on."""
        return tokens.revoke(token, by=self.by, at=self.at, **given)
