"""A vendor, and what it answered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.forms.workflows import a_day
from registry.kernel.http.forms import OnceMixin, ReasonMixin, VersionedForm
from registry.models import User, Vendor, VendorAnswer
from registry.vendor_proofs import Judgement


class VendorForm(VersionedForm[Vendor], ReasonMixin, OnceMixin):
    website = forms.URLField(label=_("Website"), required=False, max_length=200, assume_scheme="https")
    field_order = ["name", "supplies", "website", "owner", "answers_due_date", "reason"]

    class Meta:
        model = Vendor
        fields = ["name", "supplies", "website", "owner", "answers_due_date"]
        widgets = {"supplies": forms.Textarea(attrs={"rows": 2}), "answers_due_date": a_day()}
        help_texts = {
            "supplies": _("Which model, tool or service workflows get from it."),
            "owner": _("Gets the answers, and hears of what is open or has ended."),
            "answers_due_date": _("The owner is reminded a week before, on the day, and every two weeks after it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.active()
        if self.instance.owner_id is not None:
            owner.queryset = owner.queryset | User.objects.filter(pk=self.instance.owner_id)
        owner.queryset = owner.queryset.order_by("name", "pk")
        owner.empty_label = _("Nobody")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("answers_due_date") and "owner" in given and given["owner"] is None:
            self.add_error("owner", _("Say who gets the answers by then."))
        return self.cleaned_data


class AnswerForm(VersionedForm[VendorAnswer], OnceMixin):
    evidence_url = forms.URLField(
        label=_("Link to the evidence"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Begins with https://."),
    )
    file = forms.FileField(label=_("File"), required=False, help_text=_("A link or a file; both if there are both."))
    keep_file = forms.BooleanField(label=_("Keep the file that is there"), required=False, initial=True)
    field_order = ["answer", "evidence_url", "file", "keep_file", "given_by", "valid_until_date"]

    class Meta:
        model = VendorAnswer
        fields = ["answer", "given_by", "valid_until_date"]
        labels = {"answer": _("What the vendor answered"), "given_by": _("Who there said so")}
        widgets = {"answer": forms.Textarea(attrs={"rows": 5}), "valid_until_date": a_day()}
        help_texts = {
            "given_by": _("Name and function."),
            "valid_until_date": _("When it must be asked again; at most three years ahead."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["evidence_url"] = self.instance.evidence_url
        self.fields["answer"].required = True
        self.fields["valid_until_date"].required = True
        if self.instance.evidence_file_id is None:
            del self.fields["keep_file"]
        else:
            self.fields["keep_file"].help_text = self.instance.evidence_filename


class JudgeForm(VersionedForm[VendorAnswer], ReasonMixin, OnceMixin):
    judgement = forms.ChoiceField(label=_("The answer is"), choices=Judgement.choices(), widget=forms.RadioSelect)
    field_order = ["judgement", "reason"]

    class Meta:
        model = VendorAnswer
        fields = ["judgement"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("What convinces you, or what is missing")


class WhyForm(VersionedForm[VendorAnswer], ReasonMixin, OnceMixin):
    """Nothing but why."""

    class Meta:
        model = VendorAnswer
        fields: list[str] = []
