"""Why an undoing is refused, and what the history says of one that was not."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.kernel.http.errors import Conflict
from registry.models import ChangeSet

_MOST_TOLD = 5


class UndoRefused(Conflict):
    """Undoing would lose what came after the import; `sentences` name each workflow and what stands in the way."""

    def __init__(self, sentences: list[str]) -> None:
        told = " ".join(sentences[:_MOST_TOLD])
        more = len(sentences) - _MOST_TOLD
        if more > 0:
            told += " " + ngettext("One more workflow is in the way.", "%(n)d more workflows are in the way.", more) % {
                "n": more
            }
        super().__init__(_("Nothing was undone.") + " " + told, code="undo-refused")
        self.sentences = sentences


def why_undone(change_set: ChangeSet, reason: str) -> str:
    words = {"pk": change_set.pk, "title": change_set.title, "reason": reason.strip()}
    return _("Import %(pk)d “%(title)s” undone: %(reason)s") % words
