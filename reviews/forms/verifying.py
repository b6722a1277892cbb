"""What a stranger brings to be looked up: a code, a file, or the hash of a file."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.kernel.documents.codes import read_code
from registry.kernel.http.forms import PlainForm

_HEX = re.compile(r"[0-9a-f]{64}")


class VerifyForm(PlainForm):
    code = forms.CharField(
        label=gettext_lazy("Verification code"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Printed at the foot of every page: 20 letters and digits in four groups."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "mono"}
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("The file"),
        required=False,
        max_length=None,
        help_text=gettext_lazy("Choose it or drop it here, up to 50 MB. Only its SHA-256 is computed; it is not kept."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf,.zip,.json"}),
    )
    sha256 = forms.CharField(
        label=gettext_lazy("or only its SHA-256"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("64 hexadecimal digits, if you would rather not send the file."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "mono"}),
    )

    def __init__(self, *args: Any, too_large: str = "", **kwargs: Any) -> None:
        """`too_large` is the name of a file that was dropped because of its size."""
        super().__init__(*args, **kwargs)
        self.too_large = too_large

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"].strip()
        if not typed:
            return ""
        code = read_code(typed)
        if code is None:
            raise ValidationError(
                _("This is no verification code. It has 20 letters A–Z and digits 2–7, like ABCDE-FGHIJ-KLMNO-PQRST.")
            )
        return code

    def clean_sha256(self) -> str:
        typed = re.sub(r"[\s:]", "", self.cleaned_data["sha256"]).lower().removeprefix("sha256")
        if typed and not _HEX.fullmatch(typed):
            raise ValidationError(_("A SHA-256 has 64 hexadecimal digits: 0–9 and a–f."))
        return typed

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        file = given.get("file")
        if self.too_large:
            self.add_error(
                "file",
                _("“%(name)s” is larger than 50 MB. Compute its SHA-256 yourself and enter that instead.")
                % {"name": self.too_large},
            )
        elif file is not None:
            if given.get("sha256") and given["sha256"] != file.sha256:
                self.add_error("sha256", _("This is not the SHA-256 of the file you chose. Give only one of the two."))
            given["sha256"] = file.sha256
        if not self.errors and not given.get("code") and not given.get("sha256"):
            raise ValidationError(_("Enter the code, choose the file, or do both."))
        return given
