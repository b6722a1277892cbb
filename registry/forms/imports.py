"""Sending an inventory in, and taking it back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.models import User
from registry.services.exchange import KINDS, WORKFLOWS, kinds_for


class UploadForm(OnceMixin, PlainForm):
    of = forms.ChoiceField(label=_("What the file holds"), required=False)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, an Excel workbook (.xlsx) or JSON, up to 50 MB and 50,000 rows. The first row holds the headings."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.json"}),
        error_messages={"empty": _("The file is empty.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        required=False,
        help_text=_("Kept in the history of everything that the import changes."),
        widget=forms.TextInput(),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["of"].needed_later = True  # type: ignore[attr-defined] # one is always chosen
        words = {WORKFLOWS: _("Workflows"), **{key: kind.label for key, kind in KINDS.items()}}
        self.fields["of"].choices = [(key, words[key]) for key in kinds_for(by)]  # type: ignore[attr-defined]


class UndoForm(PlainForm):
    """`has_clashes`: something of it cannot go back, so that what becomes of that is asked too.

    What only undoing finds out is asked when it was refused, and is answered then.
    """

    clashes = forms.ChoiceField(
        label=_("What cannot go back"),
        choices=[("REFUSE", _("Undo nothing then")), ("LEAVE", _("Leave it as it is, and undo the rest"))],
        initial="REFUSE",
        required=False,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why it is undone"),
        max_length=500,
        help_text=_("Kept in the history with your name."),
        widget=forms.TextInput(),
    )

    def __init__(self, *args: Any, has_clashes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_clashes or "clashes" in self.data:
            self.fields["clashes"].needed_later = True  # type: ignore[attr-defined]
        else:
            del self.fields["clashes"]

    @property
    def leaves_out(self) -> bool:
        return self.cleaned_data.get("clashes") == "LEAVE"
