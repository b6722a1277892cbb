"""Templates of messages outside: for each audience and occasion words that speak plainly, with places to be filled.

What a template must say follows the communication guidance of the incident-response papers: what happened, what it
means for those who read it, what was done, what they should do, when they hear more; and no guess at the cause. A
placeholder stands in braces. The room fills those it knows; of the others a gap is left that somebody has to replace.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.communicating import Audience
from registry.labelled import Labelled
from registry.placed import Problem, has_exactly, is_one_of, is_text

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MOST_TEMPLATES: Final = 40
LONGEST_SUBJECT: Final = 200
LONGEST_TEXT: Final = 5000


class Occasion(Labelled):
    FIRST_WORD = "FIRST_WORD", gettext_lazy("First word")
    UPDATE = "UPDATE", gettext_lazy("Update")
    ALL_CLEAR = "ALL_CLEAR", gettext_lazy("All clear")
    CORRECTION = "CORRECTION", gettext_lazy("Correction")


PLACEHOLDERS: Final[Mapping[str, "StrPromise"]] = {
    "workflow": gettext_lazy("name of the affected workflow"),
    "reference": gettext_lazy("number of the incident"),
    "began": gettext_lazy("when it began"),
    "noticed": gettext_lazy("when it was noticed"),
    "contained": gettext_lazy("when it was contained"),
    "resolved": gettext_lazy("when it was over"),
    "affected": gettext_lazy("how many are affected"),
    "happened": gettext_lazy("what happened, in one sentence"),
    "meaning": gettext_lazy("what it means for them"),
    "done": gettext_lazy("what was done"),
    "advice": gettext_lazy("what they should do"),
    "next_word": gettext_lazy("when they hear more"),
    "contact": gettext_lazy("whom they can ask"),
    "wrong": gettext_lazy("what we said that was wrong"),
    "right": gettext_lazy("what is right"),
}
"""What a template may leave open. From `happened` on, only a person can say it."""

_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_GAP: Final = re.compile(r"\[… [^\[\]\n]*\]")


def _template(audience: str, occasion: str, subject: str, text: str) -> dict[str, str]:
    return {"audience": audience, "occasion": occasion, "subject": subject, "text": text}


DEFAULT_TEMPLATES: Final[Mapping[str, Any]] = {
    "templates": [
        _template(
            "CUSTOMERS", "FIRST_WORD", "Something went wrong with {workflow}",
            "{happened} We noticed it on {noticed}.\n\nWhat this means for you: {meaning}\n\n"
            "What we have done: {done}\n\nWhat you should do: {advice}\n\n"
            "We do not know yet why it happened. You hear from us again {next_word}. "
            "If you have a question, ask {contact}.",
        ),
        _template(
            "CUSTOMERS", "UPDATE", "What we know now about {workflow}",
            "What has changed since we wrote: {happened}\n\nAffected, as far as we know: {affected}.\n\n"
            "What we have done: {done}\n\nWhat you should do: {advice}\n\nYou hear from us again {next_word}.",
        ),
        _template(
            "CUSTOMERS", "ALL_CLEAR", "{workflow} works as it should again",
            "The fault we wrote to you about is over since {resolved}.\n\nWhat this meant for you: {meaning}\n\n"
            "What we have done so that it does not happen again: {done}\n\n"
            "If something still looks wrong, tell {contact}.",
        ),
        _template(
            "CUSTOMERS", "CORRECTION", "A correction to what we wrote about {workflow}",
            "We told you: {wrong} That was not right.\n\nWhat is right: {right}\n\nWhat you should do: {advice}\n\n"
            "We are sorry for the confusion. If you have a question, ask {contact}.",
        ),
        _template(
            "PARTNERS", "FIRST_WORD", "{reference}: results of {workflow} you may have passed on",
            "{happened} We noticed it on {noticed}.\n\nResults that may be wrong: {affected}.\n\n"
            "Please do this with them: {advice}\n\nWe write again {next_word}. Ask {contact}.",
        ),
        _template(
            "PARTNERS", "ALL_CLEAR", "{reference}: {workflow} can be relied on again",
            "It is over since {resolved}.\n\nAffected were {affected}.\n\nWhat we have done: {done}\n\n"
            "What is left for you to do: {advice}",
        ),
        _template(
            "REGULATOR", "FIRST_WORD", "{reference}: first information",
            "{happened}\n\nWorkflow: {workflow}. Began: {began}. Noticed: {noticed}. Contained: {contained}.\n\n"
            "Affected, as far as known: {affected}.\n\nMeasures taken: {done}\n\nThe cause is not known yet. "
            "Further information follows {next_word}. Contact: {contact}.",
        ),
        _template(
            "REGULATOR", "UPDATE", "{reference}: further information",
            "Since our last message: {happened}\n\nContained: {contained}. Affected: {affected}.\n\n"
            "Measures: {done}\n\nFurther information follows {next_word}.",
        ),
        _template(
            "PRESS", "FIRST_WORD", "About {workflow}",
            "{happened} We noticed it on {noticed} and acted: {done}\n\nThose affected hear from us directly. "
            "We say more {next_word}. Questions: {contact}.",
        ),
        _template(
            "STAFF", "FIRST_WORD", "{reference}: what to say about {workflow}",
            "{happened} It was noticed on {noticed}.\n\nIf a customer asks, say: {advice}\n\n"
            "Do not guess at the cause. Send everything else to {contact}. You hear more {next_word}.",
        ),
        _template(
            "STAFF", "ALL_CLEAR", "{reference}: {workflow} is back to normal",
            "It is over since {resolved}. {done}\n\nIf a customer asks, say: {advice}",
        ),
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Template:
    audience: Audience
    occasion: Occasion
    subject: str
    text: str


def templates_of(definition: Mapping[str, Any]) -> tuple[Template, ...]:
    return tuple(
        Template(Audience(row["audience"]), Occasion(row["occasion"]), row["subject"], row["text"])
        for row in definition["templates"]
    )


def find(definition: Mapping[str, Any], audience: str, occasion: str) -> Template | None:
    return next(
        (each for each in templates_of(definition) if (each.audience, each.occasion) == (audience, occasion)), None
    )


def filled(text: str, values: Mapping[str, str]) -> str:
    """Each placeholder replaced once by what it stands for, or by a gap. A value is never read as a template."""
    return _PLACE.sub(lambda found: values.get(found.group(1)) or gap(found.group(1)), text)


def gap(name: str) -> str:
    return f"[… {PLACEHOLDERS[name]}]" if name in PLACEHOLDERS else f"{{{name}}}"


def gaps(text: str) -> list[str]:
    """What nobody has replaced yet, each once."""
    return list(dict.fromkeys(_GAP.findall(text)))


def problems(definition: object) -> Iterator[Problem]:
    """Everything wrong, each with its place."""
    rows = definition.get("templates") if isinstance(definition, Mapping) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_TEMPLATES:
        yield Problem(("templates",), _("Give 1 to %(most)d templates.") % {"most": MOST_TEMPLATES})
        return
    wrong = [problem for number, row in enumerate(rows) for problem in _row_problems(number, row)]
    yield from wrong or _twice(rows)


def _row_problems(number: int, row: object) -> Iterator[Problem]:
    place, about = ("templates", number), _("Template %(number)d") % {"number": number + 1}
    names = ("audience", "occasion", "subject", "text")
    if not isinstance(row, Mapping) or not has_exactly(row, names):
        yield Problem(place, _("A template has exactly these fields: %(names)s.") % {"names": ", ".join(names)}, about)
        return
    if not is_one_of(row["audience"], Audience):
        yield Problem((*place, "audience"), _("Choose who is told."), about)
    if not is_one_of(row["occasion"], Occasion):
        yield Problem((*place, "occasion"), _("Choose the occasion."), about)
    for name, most in (("subject", LONGEST_SUBJECT), ("text", LONGEST_TEXT)):
        if not is_text(row[name], most=most):
            yield Problem((*place, name), _("Write at most %(most)d characters.") % {"most": most}, about)
        elif sentence := _unreadable(row[name]):
            yield Problem((*place, name), sentence, about)


def _unreadable(text: str) -> str:
    unknown = [name for name in _PLACE.findall(text) if name not in PLACEHOLDERS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        return _("There is no placeholder {%(name)s}. Known are: %(known)s.") % {
            "name": unknown[0][:40],
            "known": known,
        }
    if any(brace in _PLACE.sub("", text) for brace in "{}"):
        return _("A brace stands alone. A placeholder is a name between two braces.")
    return ""


def _twice(rows: list[Mapping[str, Any]]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows):
        pair = (row["audience"], row["occasion"])
        if pair in seen:
            sentence = _("Template %(first)d is for the same audience and occasion.") % {"first": seen[pair] + 1}
            yield Problem(
                ("templates", number, "occasion"), sentence, _("Template %(number)d") % {"number": number + 1}
            )
        seen.setdefault(pair, number)
