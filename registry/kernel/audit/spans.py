"""Models whose lists can be read of the past quickly: what they go by stands in a narrow table beside the history.

How the table is made and kept is in `registry.kernel.ledger.spans`.
"""

from typing import Any


def listed_by(model: Any) -> tuple[str, ...]:
    """The columns that stand in the table of spans; none where the model keeps no such table."""
    return tuple(model._meta.get_field(name).column for name in getattr(model, "listed_by", ()))


def table_of(model: Any) -> str:
    return f"{model._meta.db_table}_span"
