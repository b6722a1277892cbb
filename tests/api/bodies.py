"""Bodies for every writing operation, plausible by its own description, and each with one thing wrong."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

NOT_OBJECTS: tuple[Any, ...] = (None, [[]], "text", {"": ""})
WRONG: tuple[Any, ...] = (
    None,
    "   ",
    "x" * 70_000,
    "nul\x00byte",
    -1,
    2**63,
    1.5,
    ["x", {}],
    {"a": {"nul\x00": ["\x00"]}},
    "0001-01-01",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31",
)
RECORDS = {
    "workflow": "workflows",
    "incident": "incidents",
    "into": "incidents",
    "review": "reviews",
    "option": "containment-options",
    "tool": "surfaces",
    "person": "people",
    "escalate_to": "people",
    "workflows": "workflows",
    "assignee": "people",
    "owner": "people",
    "business_owner": "people",
    "technical_owner": "people",
    "deputy": "people",
    "business_unit": "business-units",
    "vendor": "vendors",
    "named_executors": "people",
}


def spoiled(body: dict[str, Any]) -> Iterator[Any]:
    """Everything that is no object, every value in all fields at once, and in each field alone the values of its
    own kind, which get past the first check.
    """
    yield from NOT_OBJECTS
    for wrong in WRONG:
        yield dict.fromkeys(body, wrong)
    for name, value in body.items():
        for wrong in _of_its_kind(value):
            yield {**body, name: wrong}
        for inner in value if isinstance(value, dict) else ():
            for wrong in _of_its_kind(value[inner]):
                yield {**body, name: {**value, inner: wrong}}


def _of_its_kind(value: Any) -> Iterator[Any]:
    is_moment = isinstance(value, str) and value[:2] == "20"
    for wrong in WRONG:
        if type(wrong) is type(value) and (not isinstance(wrong, str) or is_moment == wrong[:1].isdigit()):
            yield wrong


def plausible(schema: Any, operation: Any, keys: dict[str, Any]) -> dict[str, Any]:
    """A body that fits the description of `operation`; empty when it takes none."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    body: dict[str, Any] = _value(schema, content["schema"], "", keys) if content else {}
    return body


def _value(schema: Any, described: Any, name: str, keys: dict[str, Any]) -> Any:
    if "$ref" in described:
        return _value(schema, schema["components"]["schemas"][described["$ref"].split("/")[-1]], name, keys)
    for word in ("allOf", "oneOf", "anyOf"):
        if word in described:
            return _value(schema, described[word][0], name, keys)
    if "enum" in described:
        return described["enum"][0]
    kind = described.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        properties = described.get("properties", {}).items()
        return {key: _value(schema, of, key, keys) for key, of in properties} or {"What is known": "text"}
    if kind == "array":
        return [_value(schema, described["items"], name, keys)]
    return _plain(kind, described.get("format", ""), name, keys)


def _plain(kind: str, form: str, name: str, keys: dict[str, Any]) -> Any:
    now = timezone.now()
    if kind == "integer":
        return keys[RECORDS[name]] if name in RECORDS else 1
    if kind == "boolean":
        return True
    return {
        "date": (timezone.localdate() + timedelta(days=90)).isoformat(),
        "date-time": (now - timedelta(minutes=1)).isoformat(),
        "uri": "https://example.test/",
    }.get(form, "text")
