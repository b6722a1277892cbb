"""What reports that everybody may read leave out."""

from incidents.models import Incident
from registry.kernel.audit.asof import present


def closed_now() -> list[int]:
    """Numbers of the incidents that not everybody may see, judged now whatever moment is read."""
    with present():
        restricted = Incident.objects.filter(visibility=Incident.Visibility.RESTRICTED)
        return list(restricted.order_by("pk").values_list("pk", flat=True))
