"""The data models of an AVID report, as far as the vocabulary describes them."""

from typing import Any

from incidents.standards import vocabulary as words

TEXT: dict[str, Any] = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}


def record(**properties: Any) -> dict[str, Any]:
    """All of these and nothing else."""
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


def several(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def one_of(values: Any) -> dict[str, Any]:
    return {"enum": list(values)}


SAID = record(lang=TEXT, value=TEXT)
SCHEMA = record(
    data_type={"const": "AVID"},
    data_version=TEXT,
    metadata=record(report_id=TEXT),
    affects=record(
        developer=TEXTS, deployer=TEXTS, artifacts=several(record(type=one_of(words.AVID_ARTIFACTS), name=TEXT))
    ),
    problemtype=record(classof=one_of(words.AVID_CLASSES), type=one_of(words.AVID_TYPES), description=SAID),
    metrics={"type": "array", "maxItems": 0},
    references=several(record(type=TEXT, label=TEXT, url={"type": "string", "pattern": "^https?://"})),
    description=SAID,
    impact=record(
        avid=record(
            risk_domain=several(one_of(words.AVID_DOMAINS)),
            sep_view=several(one_of(words.sep(code) for code in words.AVID_SEP)),
            lifecycle_view=several({"const": words.AVID_DEPLOYMENT}),
            taxonomy_version=TEXT,
        )
    ),
    credit=several(SAID),
    reported_date={"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
)
