"""Sending an inventory in, and taking it back."""

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
    reason = forms.CharField(
        label=_("Why the import is undone"),
        max_length=500,
        help_text=_("Kept in the history with your name."),
        widget=forms.TextInput(),
    )
