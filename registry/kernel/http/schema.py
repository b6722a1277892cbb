"""How the API describes itself: names of operations, the token, and the problems every operation may answer."""

from http import HTTPStatus
from typing import Any

from drf_spectacular import openapi
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from registry.kernel.http.idempotency import HEADER
from registry.kernel.http.problems import CONTENT_TYPE

STANDARD = frozenset({"list", "create", "retrieve", "update", "partial_update", "destroy"})
READING = (401, 403, 404, 406)
WRITING = (400, 409, 413, 415, 422)
_KEY = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Sending the same key with the same content again gives the first answer and does nothing twice.",
)
PROBLEM = {
    "type": "object",
    "description": "What went wrong, as in RFC 9457.",
    "properties": {
        "type": {
            "type": "string",
            "description": "Stable name of the kind.",
            "examples": ["urn:holdfast:problem:stale"],
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for people."},
        "request_id": {"type": "string", "description": "Also in the X-Request-Id header and in the audit history."},
        "errors": {"type": "object", "additionalProperties": True, "description": "By field (422)."},
        "differences": {
            "type": "object",
            "description": "By field, when the record was changed meanwhile (409).",
            "additionalProperties": {
                "type": "object",
                "properties": {"stored": {"type": "string"}, "sent": {"type": "string"}},
                "required": ["stored", "sent"],
            },
        },
        "current_version": {"type": ["integer", "null"], "description": "The version to read and build on (409)."},
    },
    "required": ["type", "title", "status", "detail", "request_id"],
}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "registry.kernel.access.tokens.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token of one person. It may do what they may do."}


class AutoSchema(openapi.AutoSchema):
    """Operations are called by their place and action: `incidents_timeline_create`, `action_items_claim`."""

    def get_operation_id(self) -> str:
        parts = [part.replace("-", "_") for part in self._tokenize_path()] or ["root"]
        action = getattr(self.view, "action", None)
        if not action:
            return "_".join([*parts, self.method.lower()])
        if action not in STANDARD and getattr(self.view, "detail", None) is not None:
            own = [part.replace("-", "_") for part in getattr(self.view, action).url_path.split("/") if part[:1] != "<"]
            parts = parts[: -len(own)] if parts[-len(own) :] == own else parts
        return "_".join([*parts, action])

    def get_tags(self) -> list[str]:
        return [str(self._tokenize_path()[0]).replace("-", " ")]

    def get_override_parameters(self) -> list[Any]:
        keeps_keys = self.method == "POST" and getattr(self._action(), "honours_keys", False)
        return [*super().get_override_parameters(), *([_KEY] if keeps_keys else [])]

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            is_reading = self.method == "GET"
            statuses = sorted(READING if is_reading else (*READING, *WRITING))
            has_filters = any(p.get("in") == "query" for p in operation.get("parameters", []))
            for status in [*([400, 422] if is_reading and has_filters else []), *statuses]:
                operation["responses"].setdefault(str(status), {"$ref": f"#/components/responses/{_name(status)}"})
        return operation

    def _action(self) -> Any:
        return getattr(self.view, getattr(self.view, "action", None) or "", None)


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The problem document and its statuses as shared components."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["responses"] = {
        _name(status): {
            "description": HTTPStatus(status).phrase,
            "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted((*READING, *WRITING))
    }
    return result


def _name(status: int) -> str:
    return "".join(word.capitalize() for word in HTTPStatus(status).name.split("_"))
