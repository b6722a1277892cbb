"""The questions that lead to the class under the EU AI Act, in the order of the Act, in our own words.

Source: Regulation (EU) 2024/1689, as amended by Regulation (EU) 2026/1744; dates are those of application.
A question is a list of points to tick; none of them ticked is an answer too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from registry.labelled import Labelled

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

PRACTICES_FROM: Final = date(2025, 2, 2)
INTIMATE_IMAGES_FROM: Final = date(2026, 12, 2)
LISTED_AREAS_FROM: Final = date(2027, 12, 2)
PRODUCTS_FROM: Final = date(2028, 8, 2)


class QuestionKey(Labelled):
    PROHIBITED = "PROHIBITED", _("Prohibited practices")
    PRODUCT = "PRODUCT", _("Regulated products")
    LISTED = "LISTED", _("Listed areas")
    EXEMPTION = "EXEMPTION", _("Exemptions")
    PROFILING = "PROFILING", _("Profiling")
    TRANSPARENCY = "TRANSPARENCY", _("Transparency")


@dataclass(frozen=True)
class Point:
    """`key` is the provision it stands for; `group` a heading over several points."""

    key: str
    text: "StrPromise"
    applies_from: date | None = None
    group: "StrPromise | str" = ""


@dataclass(frozen=True)
class Question:
    key: QuestionKey
    text: "StrPromise"
    provision: str
    points: tuple[Point, ...]
    none: "StrPromise"
    hint: "StrPromise | str" = ""

    @cached_property
    def by_key(self) -> Mapping[str, Point]:
        return MappingProxyType({point.key: point for point in self.points})


def _practice(letter: str, text: "StrPromise", applies_from: date = PRACTICES_FROM) -> Point:
    return Point(f"5(1)({letter})", text, applies_from)


_BIOMETRICS, _SUPPLY = _("Biometrics"), _("Critical infrastructure")
_EDUCATION, _WORK = _("Education and vocational training"), _("Employment and management of workers")
_SERVICES, _POLICE = _("Essential private and public services"), _("Law enforcement")
_BORDERS, _JUSTICE = _("Migration, asylum and border control"), _("Justice and democratic processes")

_LISTED_POINTS = (
    ("1(a)", _("Recognises people at a distance (more than checking who somebody says they are)"), _BIOMETRICS),
    ("1(b)", _("Sorts people by sensitive or protected traits"), _BIOMETRICS),
    ("1(c)", _("Recognises emotions"), _BIOMETRICS),
    ("2", _("A safety component of digital infrastructure, road traffic, water, gas, heating or power"), _SUPPLY),
    ("3(a)", _("Decides on access or admission to education, or where somebody is placed"), _EDUCATION),
    ("3(b)", _("Evaluates what somebody has learned"), _EDUCATION),
    ("3(c)", _("Judges which level of education is right for somebody"), _EDUCATION),
    ("3(d)", _("Watches for forbidden behaviour in tests"), _EDUCATION),
    ("4(a)", _("Recruits or selects people for work"), _WORK),
    ("4(b)", _("Decides on terms, promotion, dismissal or tasks, or monitors and rates people at work"), _WORK),
    ("5(a)", _("Decides who is eligible for public benefits and services"), _SERVICES),
    ("5(b)", _("Judges creditworthiness or gives credit scores (fraud detection is not meant)"), _SERVICES),
    ("5(c)", _("Assesses risk or sets prices in life and health insurance"), _SERVICES),
    ("5(d)", _("Ranks emergency calls, sends out help, or triages patients"), _SERVICES),
    ("6(a)", _("Estimates the risk that somebody becomes a victim of crime"), _POLICE),
    ("6(b)", _("Works as a polygraph or a similar tool for the police"), _POLICE),
    ("6(c)", _("Judges how reliable evidence is"), _POLICE),
    ("6(d)", _("Estimates the risk of offending, or judges traits and past behaviour"), _POLICE),
    ("6(e)", _("Profiles people in the course of an investigation"), _POLICE),
    ("7(a)", _("Works as a polygraph or a similar tool at the border"), _BORDERS),
    ("7(b)", _("Assesses the risk that an entering person poses"), _BORDERS),
    ("7(c)", _("Helps to examine applications for asylum, visas or residence"), _BORDERS),
    ("7(d)", _("Detects or recognises people (checking travel documents is not meant)"), _BORDERS),
    ("8(a)", _("Helps courts or arbitrators to research and apply facts and law"), _JUSTICE),
    ("8(b)", _("Is meant to influence elections or how people vote"), _JUSTICE),
)

QUESTIONS: Final[tuple[Question, ...]] = (
    Question(
        QuestionKey.PROHIBITED,
        _("Does it do any of these?"),
        "Article 5(1)",
        (
            _practice("a", _("Manipulates or deceives people, or works below their awareness, so that harm follows")),
            _practice("b", _("Exploits age, disability or a social or economic plight, so that harm may follow")),
            _practice("c", _("Scores people socially, so that they are treated badly out of context or proportion")),
            _practice("d", _("Predicts that somebody will offend from profiling or traits of personality alone")),
            _practice("e", _("Builds face databases by untargeted scraping of the internet or of cameras")),
            _practice("f", _("Infers emotions at work or in education, other than for medicine or safety")),
            _practice("g", _("Sorts people biometrically by race, politics, union, religion, sex life or orientation")),
            _practice("h", _("Recognises people live in public for law enforcement, outside the listed purposes")),
            _practice("ba", _("Makes or alters intimate images of people who did not agree"), INTIMATE_IMAGES_FROM),
            _practice("bb", _("Makes or alters material of sexual abuse of children"), INTIMATE_IMAGES_FROM),
        ),
        _("None of these"),
    ),
    Question(
        QuestionKey.PRODUCT,
        _("Is it a regulated product, or a safety component of one?"),
        "Article 6(1), Annex I",
        (
            Point(
                "6(1)",
                _("Yes, and a third party must assess the product (machinery, medical devices, toys, lifts, vehicles)"),
                PRODUCTS_FROM,
            ),
        ),
        _("No"),
    ),
    Question(
        QuestionKey.LISTED,
        _("Is it meant for any of these uses?"),
        "Article 6(2), Annex III",
        tuple(Point(f"III {key}", text, LISTED_AREAS_FROM, group) for key, text, group in _LISTED_POINTS),
        _("None of these"),
    ),
    Question(
        QuestionKey.EXEMPTION,
        _("In that use, does it do no more than one of these?"),
        "Article 6(3)",
        (
            Point("6(3)(a)", _("A narrow procedural task")),
            Point("6(3)(b)", _("Improves the result of something a person has finished")),
            Point(
                "6(3)(c)", _("Finds patterns in decisions, or deviations from them, and replaces no human judgement")
            ),
            Point("6(3)(d)", _("Prepares an assessment that a person then makes")),
        ),
        _("None of these; it does more"),
        _("Whoever relies on one of these must keep the assessment in writing and register the system."),
    ),
    Question(
        QuestionKey.PROFILING,
        _("Does it profile people?"),
        "Article 6(3), last subparagraph",
        (Point("6(3) profiling", _("Yes, it evaluates personal aspects of individuals from their data")),),
        _("No"),
        _("A system that profiles people in a listed area is always high-risk."),
    ),
    Question(
        QuestionKey.TRANSPARENCY,
        _("Does any of these hold?"),
        "Article 50",
        (
            Point("50(1)", _("People talk or write to it directly")),
            Point("50(2)", _("It generates text, images, sound or video")),
            Point("50(3)", _("It recognises emotions or sorts people biometrically")),
            Point("50(4)", _("It makes deep fakes, or texts that inform the public without a person's review")),
        ),
        _("None of these"),
    ),
)
BY_KEY: Final[Mapping[str, Question]] = MappingProxyType({question.key.value: question for question in QUESTIONS})
POINTS: Final[Mapping[str, Point]] = MappingProxyType({p.key: p for question in QUESTIONS for p in question.points})
