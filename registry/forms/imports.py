"""Sending an inventory in, and taking it back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import OnceMixin, PlainForm


class UploadForm(OnceMixin, PlainForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or an Excel workbook (.xlsx), up to 50 MB and 50,000 rows. The first row holds the headings."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"empty": _("The file is empty.")},
    )


class UndoForm(PlainForm):
    """`has_clashes`: something of it cannot go back, so that what becomes of that is asked too."""

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
        if has_clashes:
            self.fields["clashes"].needed_later = True  # type: ignore[attr-defined]
        else:
            del self.fields["clashes"]

    @property
    def leaves_out(self) -> bool:
        return self.cleaned_data.get("clashes") == "LEAVE"
