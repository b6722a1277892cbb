"""The published description of the protocol as JSON Schemas, written down here with its known faults put right.

Source: `service/openapi.yaml` of the OpenFeature Remote Evaluation Protocol. Its faults, and what is asked instead:

- a whole number fits both its integer and its float flag, so that `oneOf` fails for it: one `number` here;
- no shape says `type: object`, so that a list would fit every one of them: said here;
- a success needs nothing but its value, although clients fail without key, reason and variant: required here;
- answers to 401, 403, 404 of all flags, 405 and 413 have no shape: an error's, here;
- metadata are described for one flag only: the same for a set of flags, here.
"""

from typing import Any

METADATA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {"type": ["boolean", "string", "number"]},
}
FLAG: dict[str, Any] = {
    "type": "object",
    "required": ["key", "value", "reason", "variant"],
    "additionalProperties": False,
    "properties": {
        "key": {"type": "string"},
        "value": {"type": ["boolean", "string", "number", "object"]},
        "reason": {"enum": ["STATIC", "TARGETING_MATCH", "SPLIT", "DISABLED", "UNKNOWN"]},
        "variant": {"type": "string"},
        "metadata": METADATA,
    },
}
ALL_FLAGS: dict[str, Any] = {
    "type": "object",
    "required": ["flags", "metadata", "eventStreams"],
    "additionalProperties": False,
    "properties": {
        "flags": {"type": "array", "items": FLAG},
        "metadata": METADATA,
        "eventStreams": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "endpoint"],
                "additionalProperties": False,
                "properties": {
                    "type": {"const": "sse"},
                    "endpoint": {
                        "type": "object",
                        "required": ["requestUri"],
                        "properties": {"requestUri": {"type": "string", "pattern": "^/"}, "origin": {"type": "string"}},
                    },
                },
            },
        },
    },
}
ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["errorCode", "errorDetails"],
    "additionalProperties": False,
    "properties": {
        "key": {"type": "string"},
        "errorCode": {"enum": ["PARSE_ERROR", "TARGETING_KEY_MISSING", "INVALID_CONTEXT", "GENERAL", "FLAG_NOT_FOUND"]},
        "errorDetails": {"type": "string", "minLength": 1},
    },
}
EVENT: dict[str, Any] = {
    "type": "object",
    "required": ["type", "etag"],
    "properties": {"type": {"const": "refetchEvaluation"}, "etag": {"type": "string"}},
}
