"""Closing an account and handing over what was left: one successor for all, or one typed beside a single thing."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import OnceMixin, PlainForm, ReasonMixin
from registry.models import User

TO, NOBODY = "to-", "nobody-"
"""Before the key of a holding: who takes it, and the mark that nobody does."""


class LeavingForm(ReasonMixin, OnceMixin, PlainForm):
    """`keys` are those of what the person holds; the fields beside each are read from what was sent."""

    successor = forms.ModelChoiceField(
        User.objects.none(), label=_("Successor for all of it"), required=False, empty_label=_("Nobody for all of it")
    )
    without_reason = forms.CharField(
        label=_("Why something stays without anybody"),
        required=False,
        max_length=500,
        help_text=_("It then counts as orphaned, and risk staff are reminded of it every week."),
    )
    field_order = ["successor", "without_reason", "reason"]

    def __init__(self, *args: Any, person: User, keys: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = list(keys)
        self.problems: dict[str, str] = {}
        """Key of a holding → what is wrong with the person typed beside it."""
        choice = cast("forms.ModelChoiceField[User]", self.fields["successor"])
        choice.queryset = User.objects.active().exclude(pk=person.pk).order_by("name", "pk")
        if not self.keys:
            del self.fields["successor"], self.fields["without_reason"]

    def typed(self, key: str) -> str:
        return str(self.data.get(f"{TO}{key}", "")).strip()

    def is_nobody(self, key: str) -> bool:
        return f"{NOBODY}{key}" in self.data

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        people = _by_words({self.typed(key) for key in self.keys} - {""})
        successors: dict[str, User | None] = {}
        for key in self.keys:
            words = self.typed(key)
            if self.is_nobody(key):
                successors[key] = None
            elif words and (found := people.get(words.casefold())) is not None:
                successors[key] = found
            elif words:
                self.problems[key] = _now("Nobody who is active is called “%(words)s”.") % {"words": words[:80]}
        if self.problems:
            self.add_error(None, _("Somebody named beside a single thing cannot take it. See the list."))
        given["successors"] = successors
        return given

    def take(self, refused: dict[str, list[str]]) -> None:
        """What the service refused: by the field, or beside the single thing it is about."""
        for name, sentences in refused.items():
            if name in self.keys:
                self.problems[name] = " ".join(sentences)
            else:
                self.add_error(name if name in self.fields else None, [str(sentence) for sentence in sentences])
        if self.problems:
            self.add_error(None, _("Somebody named beside a single thing cannot take it. See the list."))


def _by_words(typed: set[str]) -> dict[str, User | None]:
    """What was typed, in lower case → the one active person with this name, address, or both as suggested."""
    if not typed:
        return {}
    wanted = {words.casefold() for words in typed}
    found: dict[str, User | None] = {}
    for person in User.objects.active():
        for words in {person.name.casefold(), person.email.casefold(), suggestion(person).casefold()} & wanted:
            found[words] = None if words in found else person
    return found


def suggestion(person: User) -> str:
    """As the list of suggestions writes a person: the name alone may be another's too."""
    return f"{person.name} <{person.email}>"
