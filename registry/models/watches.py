"""Who watches which workflow, and how far the history has been read for them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.following import Place
from registry.kernel.audit.history import Recorded
from registry.models.workflows import Workflow


class Watch(Recorded):
    """What one person said about being told of one workflow. Its owners are told without having said anything."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="watches", verbose_name=_("person")
    )
    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="watches", verbose_name=_("workflow"))
    is_muted = models.BooleanField(_("muted"), default=False)
    """Kept for owners who do not want to be told."""
    since_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["person", "workflow"], name="watch_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.workflow}"


class NewsCursor(Place):
    """How far everything that happened has been read for those who watch. One row."""

    told_until_date = models.DateField()
    """What came with a day up to this one has been told."""

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="news_cursor_is_one")]

    def __str__(self) -> str:
        return f"entry {self.entry_id}, {self.told_until_date}"
