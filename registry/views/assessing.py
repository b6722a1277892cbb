"""The questionnaire, one group a page: each page is kept as it is sent, and shows what the answers come to so far."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.ai_act_questions import BY_KEY, QuestionKey
from registry.forms.assessing import ActForm, AreaForm
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.models import AssessmentDraft, Workflow
from registry.policies import assessments as policies
from registry.policies.workflows import may_see_register
from registry.risk_areas import Area
from registry.services import assessment_drafts as services
from registry.services.assessment_panel import Panel, panel_of
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import status_of
from registry.views.workflow_frame import find, frame

Form = AreaForm | ActForm


@dataclass(frozen=True)
class Line:
    """A page of the questionnaire in the list of all of them."""

    number: int
    label: str
    url: str
    state: str
    """ANSWERED by this person, BEFORE in the assessment before, or OPEN."""


@page(may_see_register)
def begin(request: SignedInRequest, pk: int) -> HttpResponse:
    """Begin, go on, or discard what was answered."""
    workflow = find(pk)
    require(policies.may_assess, request.user, workflow)
    now = timezone.now()
    draft = services.draft_of(workflow, request.user)
    if request.method == "POST" and request.POST.get("verb") == "discard":
        if draft is not None:
            services.discard(draft, by=request.user, at=now)
            messages.success(request, _("Discarded. The assessments made before stay as they are."))
        return redirect("workflow-tier", pk)
    if request.method == "POST":
        draft = services.begin(workflow, by=request.user, at=now)
        return redirect(address(workflow, services.next_open(draft, now.date())))
    others = workflow.assessment_drafts.exclude(person=request.user).select_related("person")
    context = {
        **frame(request, workflow, "workflow-tier"),
        "draft": draft,
        "newest": workflow.tier_assessments.select_related("assessed_by").order_by("-id").first(),
        "lines": lines(workflow, draft, now.date()) if draft else [],
        "continue_url": address(workflow, services.next_open(draft, now.date())) if draft else "",
        "others": others,
    }
    return render(request, "registry/workflow/assess_begin.html", context)


@page(may_see_register)
def step(request: SignedInRequest, pk: int, step: str) -> HttpResponse:
    """One page. “Show result” shows the panel for what stands in the form and keeps nothing."""
    workflow, draft = _opened(request, pk)
    if draft is None:
        return redirect("workflow-assess", pk)
    key, now = _key(step), timezone.now()
    if key not in services.steps_of(draft, now.date()):
        return redirect(address(workflow, services.next_open(draft, now.date())))
    is_preview = request.POST.get("verb") == "preview"
    form = _form(draft, key, now.date(), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and not is_preview and _kept(request, draft, key, form):
        message = _("Kept: %(what)s.") % {"what": label_of(key)}
        messages.success(request, message, extra_tags=f"draft-done:{_local(workflow, key)}")
        draft.refresh_from_db()
        return redirect(_onward(workflow, draft, key, now.date(), is_change="change" in request.GET))
    if is_preview:
        panel = _panel(workflow, draft, key, form)
        form = _form(draft, key, now.date(), None, typed=request.POST)
    else:
        panel = _panel(workflow, draft, key, form)
    context = {
        **frame(request, workflow, "workflow-tier"),
        **_place(workflow, draft, key, now.date()),
        "form": form,
        "panel": panel,
        "local_draft": _local(workflow, key),
        "is_change": "change" in request.GET,
    }
    return render(request, "registry/workflow/assess_step.html", context, status=status_of(form))


@page(may_see_register, "POST")
def result(request: SignedInRequest, pk: int, step: str) -> HttpResponse:
    """The panel alone, for the answers kept and those on the page. Keeps nothing."""
    workflow, draft = _opened(request, pk)
    key = _key(step)
    if draft is None:
        raise Conflict(_("This assessment was submitted or discarded meanwhile."))
    form = _form(draft, key, timezone.now().date(), request.POST)
    form.is_valid()
    context = {"workflow": workflow, "panel": _panel(workflow, draft, key, form)}
    return render(request, "registry/workflow/tier_result.html", context)


def address(workflow: Workflow, key: str) -> str:
    if key == services.CHECK:
        return reverse("workflow-assess-check", args=[workflow.pk])
    return reverse("workflow-assess-step", args=[workflow.pk, key.lower().replace("_", "-")])


def label_of(key: str) -> str:
    if key == services.CHECK:
        return _("Check your answers")
    return Area(key).label if key in list(Area) else QuestionKey(key).label


def lines(workflow: Workflow, draft: AssessmentDraft, on: date) -> list[Line]:
    return [
        Line(services.page_of(key), label_of(key), address(workflow, key), _state(draft, key))
        for key in services.steps_of(draft, on)
        if key != services.CHECK
    ]


def _state(draft: AssessmentDraft, key: str) -> str:
    if key in draft.saved:
        return "ANSWERED"
    return "BEFORE" if services.is_answered(draft, key) else "OPEN"


def _opened(request: SignedInRequest, pk: int) -> tuple[Workflow, AssessmentDraft | None]:
    workflow = find(pk)
    require(policies.may_assess, request.user, workflow)
    return workflow, services.draft_of(workflow, request.user)


def _key(slug: str) -> str:
    key = slug.upper().replace("-", "_")
    if key not in list(Area) and key not in BY_KEY:
        raise Http404
    return key


def _form(draft: AssessmentDraft, key: str, on: date, sent: Any, typed: Any = None) -> Form:
    """Bound to what was `sent`; or unbound, on what was `typed` and is not to be checked, or on what is kept."""
    opened = {"opened_version": draft.version}
    if key in list(Area):
        shown = typed.dict() if typed else {**AreaForm.initial_of(draft.answers.get(key, {})), **opened}
        return AreaForm(sent, area=Area(key), initial=shown)
    kept = ActForm.initial_of(draft.ai_act_answers.get(key, {}))
    shown = {**typed.dict(), "points": typed.getlist("points")} if typed else {**kept, **opened}
    return ActForm(sent, question=BY_KEY[key], on=on, initial=shown)


def _kept(request: SignedInRequest, draft: AssessmentDraft, key: str, form: Form) -> bool:
    given: dict[str, Any] = {
        "by": request.user,
        "at": timezone.now(),
        "opened_version": form.cleaned_data["opened_version"],
    }
    try:
        if isinstance(form, AreaForm):
            services.answer_area(draft, area=key, **form.answer(), **given)
        else:
            services.answer_act(draft, question=key, **(form.answer() or {}), **given)
    except ValidationError as refused:
        take_problems(form, refused)
    except Conflict as conflict:
        if conflict.code != "stale":
            raise
        form.add_error(None, conflict.sentence + " " + _("Send this page again to keep what stands here."))
        sent: Any = form.data
        form.data = sent = sent.copy()
        sent["opened_version"] = str(AssessmentDraft.objects.get(pk=draft.pk).version)
    return form.is_valid()


def _panel(workflow: Workflow, draft: AssessmentDraft, key: str, form: Form) -> Panel:
    """With what stands on the page in place of what is kept."""
    answers, act = dict(draft.answers), dict(draft.ai_act_answers)
    if form.is_bound:
        answer = form.answer()
        if isinstance(form, AreaForm):
            answers[key] = answer or {}
        elif answer is None:
            act.pop(key, None)
        else:
            act[key] = answer
    return panel_of(workflow, answers, act, at=timezone.now())


def _place(workflow: Workflow, draft: AssessmentDraft, key: str, on: date) -> dict[str, Any]:
    steps = services.steps_of(draft, on)
    at = steps.index(key)
    question = BY_KEY.get(key)
    return {
        "key": key,
        "label": label_of(key),
        "slug": key.lower().replace("_", "-"),
        "provision": question.provision if question else "",
        "number": services.page_of(key),
        "pages": services.PAGES,
        "question_number": at - len(Area) + 1 if question else 0,
        "back_url": address(workflow, steps[at - 1]) if at else reverse("workflow-assess", args=[workflow.pk]),
    }


def _onward(workflow: Workflow, draft: AssessmentDraft, key: str, on: date, *, is_change: bool) -> str:
    """The page after this one; after a change back to the check, unless the change asks something new."""
    steps = services.steps_of(draft, on)
    following = steps[steps.index(key) + 1]
    if is_change:
        following = next((one for one in steps[:-1] if not services.is_answered(draft, one)), services.CHECK)
    return address(workflow, following)


def _local(workflow: Workflow, key: str) -> str:
    return f"assess-{workflow.pk}-{key}"
