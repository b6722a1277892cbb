"""Setting up a source: who sends, how it proves itself, where its signals belong, what they may do by themselves."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intake.formats.generic import FIELDS, OVER
from intake.kinds import MACHINES
from intake.models import SignalSource
from registry.forms.control import OVERLAPS
from registry.kernel.http.forms import OnceMixin, PlainForm, ReasonMixin
from registry.models import Signal, Stage, User, Workflow

SECRET_HINT = gettext_lazy("The secret the sender signs with. It is kept encrypted and never shown again.")


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    def __init__(self, **options: Any) -> None:
        super().__init__(User.objects.active(), **options)


class SecretField(forms.CharField):
    """Typed like a password, and never written back into the page."""

    widget = forms.PasswordInput(attrs={"autocomplete": "off"})


class NewSourceForm(OnceMixin, PlainForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("What sends"),
        choices=[(kind.value, kind.label) for kind in MACHINES],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("As your people call it.")
    )
    owner = PersonField(
        label=gettext_lazy("Owner"), help_text=gettext_lazy("Answers for it; its rules act in their name.")
    )
    signature_secret = SecretField(
        label=gettext_lazy("Signature secret"), required=False, strip=True,
        help_text=gettext_lazy(
            "Sentry and Langfuse give you one, and prove themselves by it alone. Others may sign as well."
        ),
    )  # fmt: skip


class SecretForm(OnceMixin, PlainForm):
    signature_secret = SecretField(label=gettext_lazy("New signature secret"), required=False, help_text=SECRET_HINT)


class TokenForm(OnceMixin, PlainForm):
    hours = forms.TypedChoiceField(
        label=gettext_lazy("How long the old ones still work"), choices=OVERLAPS, coerce=int, initial=24,
        help_text=gettext_lazy("Time for the senders to change over."),
    )  # fmt: skip

    @property
    def overlap(self) -> timedelta:
        return timedelta(hours=self.cleaned_data["hours"])


class SourceForm(ReasonMixin, OnceMixin, PlainForm):
    """Everything that can be changed later but the token, the secret and the mapping."""

    field_order = (
        "name", "owner", "is_enabled", "default_workflow", "rules", "prepared_signal", "promotes", "levels", "labels",
        "reason",
    )  # fmt: skip

    opened_version = forms.IntegerField(widget=forms.HiddenInput(), required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    owner = PersonField(label=gettext_lazy("Owner"))
    is_enabled = forms.BooleanField(label=gettext_lazy("Takes deliveries"), required=False)
    default_workflow = forms.ModelChoiceField(
        label=gettext_lazy("Workflow of all the rest"), queryset=Workflow.objects.none(), required=False,
        empty_label=gettext_lazy("None: they wait in the inbox"),
    )  # fmt: skip
    rules = forms.CharField(
        label=gettext_lazy("Rules that find the workflow"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "mono"}),
        help_text=gettext_lazy(
            "One a line: label=value WF-0031. A * at the end of the value stands for any rest. "
            "The label ai_workflow is understood without a rule."
        ),
    )
    prepared_signal = forms.ModelChoiceField(
        label=gettext_lazy("Prepared signal it serves"), queryset=Signal.objects.none(), required=False,
        empty_label=gettext_lazy("None"),
        help_text=gettext_lazy("The entry in the register that counts as heard when something arrives."),
    )  # fmt: skip
    promotes = forms.BooleanField(
        label=gettext_lazy("Makes incidents by itself"),
        required=False,
        help_text=gettext_lazy("One incident for a storm, however many alerts it has. Risk staff decide this."),
    )
    levels = forms.CharField(
        label=gettext_lazy("Of these levels"), required=False, max_length=300,
        help_text=gettext_lazy("As the source writes them, with commas between: critical, page."),
    )  # fmt: skip
    labels = forms.CharField(
        label=gettext_lazy("With all of these labels"), required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "mono"}),
        help_text=gettext_lazy("One a line: label=value."),
    )  # fmt: skip

    def __init__(self, *args: Any, source: SignalSource, **kwargs: Any) -> None:
        super().__init__(*args, initial=_begun(source), **kwargs)
        workflow: Any = self.fields["default_workflow"]
        kept = Q(pk=source.default_workflow_id)  # what is set stays until somebody takes it away
        workflow.queryset = Workflow.objects.filter(~Q(stage=Stage.RETIRED) | kept).order_by("name", "pk")
        signal: Any = self.fields["prepared_signal"]
        in_use = Q(is_active=True) | Q(pk=source.prepared_signal_id)
        signal.queryset = Signal.objects.filter(in_use).select_related("workflow").order_by("workflow__name", "name")
        signal.label_from_instance = lambda each: f"{each.workflow.name}: {each.name}"

    def stored(self, current: SignalSource) -> "SourceForm":
        """The form as it would be opened now."""
        return SourceForm(source=current)

    def clean_rules(self) -> list[dict[str, Any]]:
        """Each line as a rule; what is wrong is named by its line."""
        lines = [line.strip() for line in self.cleaned_data["rules"].splitlines()]
        found = [self._rule(number, line) for number, line in enumerate(lines, start=1) if line]
        numbers = {each["workflow"] for each in found}
        missing = numbers - set(Workflow.objects.filter(pk__in=numbers).values_list("pk", flat=True))
        if missing:
            raise ValidationError(_("There is no workflow WF-%(n)04d.") % {"n": min(missing)})
        return found

    def _rule(self, number: int, line: str) -> dict[str, Any]:
        told, _space, workflow = line.rpartition(" ")
        label, sign, value = told.partition("=")
        digits = workflow.strip().upper().removeprefix("WF-")
        if not (sign and label.strip() and value.strip() and digits.isascii() and digits.isdigit()):
            raise ValidationError(
                _("Line %(n)s is not a rule. Write label=value WF-0031.") % {"n": number}, code="rule"
            )
        return {"label": label.strip(), "value": value.strip(), "workflow": int(digits[:9])}

    def clean_labels(self) -> dict[str, str]:
        found = {}
        for number, line in enumerate(self.cleaned_data["labels"].splitlines(), start=1):
            name, sign, value = line.partition("=")
            if line.strip() and not (sign and name.strip() and value.strip()):
                raise ValidationError(_("Line %(n)s has no label=value.") % {"n": number})
            if line.strip():
                found[name.strip()] = value.strip()
        return found

    def given(self) -> dict[str, Any]:
        typed = self.cleaned_data
        kept = ("name", "owner", "is_enabled", "default_workflow", "prepared_signal", "promotes")
        return {
            **{name: typed[name] for name in kept},
            "binding_rules": typed["rules"],
            "promote_levels": typed["levels"].split(","),
            "promote_labels": typed["labels"],
        }


class MappingForm(ReasonMixin, OnceMixin, PlainForm):
    """Where in JSON of one's own the parts of a signal stand, tried on a sample."""

    opened_version = forms.IntegerField(widget=forms.HiddenInput(), required=False)
    sample = forms.CharField(
        label=gettext_lazy("A message as it is sent"), required=False, max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "mono"}),
        help_text=gettext_lazy("Paste one. It is used to try the mapping and not kept."),
    )  # fmt: skip
    over = forms.CharField(
        label=gettext_lazy("Values of the status that mean it is over"), required=False, max_length=300,
        help_text=gettext_lazy("With commas between. Without any: %(values)s.") % {"values": ", ".join(OVER)},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        for name, label in FIELDS.items():
            self.fields[f"path_{name}"] = forms.CharField(
                label=label, required=False, max_length=300, strip=True,
                widget=forms.TextInput(attrs={"class": "mono", "list": "places", "autocomplete": "off"}),
            )  # fmt: skip
        for name in ("path_title", "sample", "reason"):
            cast(Any, self.fields[name]).needed_later = True
        self.order_fields(["sample", *(f"path_{name}" for name in FIELDS), "over", "reason"])

    def stored(self, current: SignalSource) -> "MappingForm":
        """The form as it would be opened now; a sample is nobody's."""
        form = MappingForm(initial=mapping_begun(current))
        del form.fields["sample"]
        return form

    def mapping(self) -> dict[str, Any]:
        typed = self.cleaned_data
        found: dict[str, Any] = {name: typed.get(f"path_{name}", "") for name in FIELDS}
        over = [value.strip() for value in typed.get("over", "").split(",") if value.strip()]
        return {**{name: path for name, path in found.items() if path}, **({"over": over} if over else {})}


def mapping_begun(source: SignalSource) -> dict[str, Any]:
    paths = {f"path_{name}": path for name, path in source.mapping.items() if name != "over"}
    return {**paths, "over": ", ".join(source.mapping.get("over", ())), "opened_version": source.version}


def _begun(source: SignalSource) -> dict[str, Any]:
    return {
        "opened_version": source.version,
        "name": source.name,
        "owner": source.owner_id,
        "is_enabled": source.is_enabled,
        "default_workflow": source.default_workflow_id,
        "rules": "\n".join(f"{rule.label}={rule.value} WF-{rule.workflow:04d}" for rule in source.rules),
        "prepared_signal": source.prepared_signal_id,
        "promotes": source.promotes,
        "levels": ", ".join(source.promote_levels),
        "labels": "\n".join(f"{name}={value}" for name, value in source.promote_labels.items()),
    }
