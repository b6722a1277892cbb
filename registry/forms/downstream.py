"""What a workflow can set off."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import OnceMixin, ReasonMixin, VersionedForm
from registry.models import DownstreamAction, Surface

ACTION_FIELDS = [
    "name",
    "target_system",
    "effect",
    "reversibility",
    "validation",
    "validation_note",
    "reach",
    "volume_per_day",
    "tool",
]


class DownstreamForm(VersionedForm[DownstreamAction], ReasonMixin, OnceMixin):
    field_order = [*ACTION_FIELDS, "reason"]

    class Meta:
        model = DownstreamAction
        fields = ACTION_FIELDS
        widgets = {"effect": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "name": _("What is set off, for example “Send the decline letter”."),
            "target_system": _("Where it happens."),
            "effect": _("Which records, money, messages or people's situations are different afterwards."),
            "reversibility": _("Of the action itself, not of the output that led to it."),
            "validation": _("What stands between a wrong output and the action."),
            "validation_note": _("What is checked, or who approves."),
            "volume_per_day": _("On an ordinary day, if known."),
            "tool": _("The surface through which the workflow does it, if it is on record."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tool: Any = self.fields["tool"]
        tools = Surface.objects.filter(workflow=self.instance.workflow_id, kind=Surface.Kind.TOOL)
        tool.queryset = tools.filter(Q(is_active=True) | Q(pk=self.instance.tool_id))
        tool.empty_label = _("None on record")

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ACTION_FIELDS}
