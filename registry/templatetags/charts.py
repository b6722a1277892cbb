"""Charts drawn on the server as SVG: the same figure on screen, on paper and in a PDF, with its numbers as a table."""

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any
from zlib import crc32

from django import template
from django.utils.translation import gettext as _

from registry.kernel.documents.rings import lay_out
from registry.reports.blast import Path

register = template.Library()
Points = Sequence[tuple[str, float]]
SIZES = {"side": (302, 132), "wide": (720, 200)}
LEFT, TOP, BOTTOM = 34, 12, 22
BAR, GAP = 400, 1.5
"""Width of a divided bar, and between its parts."""


def neat(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


def steps(largest: float) -> list[float]:
    """Three to five round numbers from zero to at least the largest value."""
    if largest <= 0:
        return [0, 1]
    magnitude = 10 ** floor(log10(largest))
    step = next(s * magnitude for s in (0.2, 0.25, 0.5, 1, 2, 2.5) if largest / (s * magnitude) <= 4)
    return [step * k for k in range(ceil(largest / step - 1e-9) + 1)]


def described(points: Points, unit: str, limit: float | None) -> str:
    if not points:
        return _("No values.")
    values = [value for _label, value in points]
    text = _("From %(low)s to %(high)s; last %(last)s (%(label)s).") % {
        "low": neat(min(values)) + unit,
        "high": neat(max(values)) + unit,
        "last": neat(values[-1]) + unit,
        "label": points[-1][0],
    }
    if limit is not None:
        text += " " + _("The limit is %(limit)s.") % {"limit": neat(limit) + unit}
    return text


def frame(
    title: str, points: Points, *, size: str, limit: float | None, unit: str, desc: str, margin: int
) -> dict[str, Any]:
    """What line and bar charts share: size, axes, limit, description, table. `margin` is kept free on the right."""
    width, height = SIZES[size]
    ticks = steps(max([value for _label, value in points] + ([limit] if limit is not None else []), default=0))

    def y(value: float) -> float:
        return round(TOP + (height - TOP - BOTTOM) * (1 - value / ticks[-1]), 1)

    return {
        "id": f"chart-{crc32(title.encode()):x}",
        "title": title,
        "desc": desc or described(points, unit, limit),
        "size": size,
        "width": width,
        "height": height,
        "left": LEFT,
        "right": width - margin,
        "base": height - BOTTOM,
        "ticks": [{"y": y(t), "text_y": y(t) + 4, "label": neat(t) + unit} for t in ticks],
        "limit": None
        if limit is None
        else {"y": y(limit), "text_y": y(limit) + 4, "label": _("Limit %(n)s") % {"n": neat(limit) + unit}},
        "rows": [(label, neat(value) + unit) for label, value in points],
        "y": y,
    }


@register.inclusion_tag("components/line_chart.html")
def line_chart(
    title: str, points: Points, *, limit: float | None = None, unit: str = "", desc: str = "", size: str = "side"
) -> dict[str, Any]:
    """Values over time; a value above the limit is marked, the last one is written beside its point."""
    drawing = frame(title, points, size=size, limit=limit, unit=unit, desc=desc, margin=52)
    span = drawing["right"] - LEFT
    every = max(1, ceil(len(points) / 4))
    marks = [
        {
            "x": round(LEFT + span * k / max(len(points) - 1, 1), 1),
            "y": drawing["y"](value),
            "label": label if k % every == 0 or k == len(points) - 1 else "",
            "value": neat(value) + unit,
            "is_out": limit is not None and value > limit,
        }
        for k, (label, value) in enumerate(points)
    ]
    if len(marks) > every and (len(marks) - 1) % every and (len(marks) - 1) % every < every:
        marks[(len(marks) - 1) // every * every]["label"] = ""
    path = "M" + " L".join(f"{m['x']} {m['y']}" for m in marks) if marks else ""
    return drawing | {"marks": marks, "path": path, "last": marks[-1] if marks else None}


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(
    title: str, points: Points, *, limit: float | None = None, unit: str = "", desc: str = "", size: str = "side"
) -> dict[str, Any]:
    """One bar per label, its value written on top."""
    drawing = frame(title, points, size=size, limit=limit, unit=unit, desc=desc, margin=8 if limit is None else 52)
    slot = (drawing["right"] - LEFT) / max(len(points), 1)
    bars = [
        {
            "x": round(LEFT + slot * k + slot * 0.15, 1),
            "y": drawing["y"](value),
            "width": round(slot * 0.7, 1),
            "height": round(drawing["base"] - drawing["y"](value), 1),
            "centre": round(LEFT + slot * (k + 0.5), 1),
            "top": drawing["y"](value) - 4,
            "label": label,
            "value": neat(value) + unit,
            "is_out": limit is not None and value > limit,
        }
        for k, (label, value) in enumerate(points)
    ]
    return drawing | {"bars": bars}


@register.inclusion_tag("components/blast_radius.html")
def blast_radius(reference: str, paths: Sequence[Path]) -> dict[str, Any]:
    """The workflow in the middle, what it sets off around it; the table beside it has the same numbers."""
    return {"reference": reference, "drawing": lay_out([path.point for path in paths])}


@register.simple_tag
def heat(n: float, largest: float) -> int:
    """How dark a cell of a table is: 0 for nothing, then 1 to 5."""
    return ceil(5 * n / largest) if largest else 0


@register.inclusion_tag("components/share_bar.html")
def share_bar(title: str, shares: Sequence[tuple[str, int, str]]) -> dict[str, Any]:
    """One bar divided among (label, count, tone); the numbers stand in the table that the caller puts beside it."""
    total = sum(count for _label, count, _tone in shares)
    parts: list[dict[str, Any]] = []
    x = 0.0
    for label, count, tone in shares:
        if count:
            width = BAR * count / total
            share = f"{label}: {count:,} ({100 * count / total:.0f} %)"
            parts.append({"x": round(x, 2), "width": round(max(width - GAP, 1), 2), "tone": tone, "text": share})
            x += width
    said = "; ".join(part["text"] for part in parts) or _("No values.")
    return {"id": f"share-{crc32(title.encode()):x}", "title": title, "desc": said, "parts": parts, "width": BAR}
