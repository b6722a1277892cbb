"""Who watches which saved view, and which workflows were in it when it was looked at last."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded
from registry.models.views import SavedView


class ViewWatch(Recorded):
    """One person wants to be told what enters and leaves one view. It ends with the view."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="view_watches", verbose_name=_("person")
    )
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="watches", verbose_name=_("saved view"))
    since_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("watched view")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["person", "view"], name="view_watch_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.view}"


class ViewLook(models.Model):
    """What was seen when a watched view was looked at last; held while it is looked at anew."""

    watch = models.OneToOneField(ViewWatch, models.CASCADE, primary_key=True, related_name="look")
    query = models.CharField(max_length=2000, blank=True)
    """What the view asked for then. Where it asks for something else now, nothing entered or left."""
    members = ArrayField(models.BigIntegerField(), default=list)
    """Numbers of the workflows that were in it, in their order."""
    is_too_large = models.BooleanField(default=False)
    """There were too many to compare; `members` are of no use then."""
    changes = models.PositiveIntegerField(default=0)
    """How often something had entered or left; numbers the notices."""
    looked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["looked_at", "watch"], name="view_look_by_age")]

    def __str__(self) -> str:
        return f"{self.watch_id}: {len(self.members)}"
