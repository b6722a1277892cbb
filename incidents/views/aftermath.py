"""What reviews and action items say about an incident: the closing gate asks for it.

They belong to a part of the product that knows this one, not the other way round. They are reached through the
relations they add to the incident, so that nothing is imported upward; without that part there is nothing to wait for.
"""

from typing import Any

from django.db.models import Q

from incidents.models import Incident


def known_of(incident: Incident) -> dict[str, Any]:
    """`review_approved` and `open_actions`, as the services for moving take them."""
    rows: Any = Incident.objects.filter(pk=incident.pk)
    relations = {relation.name for relation in Incident._meta.related_objects}
    approved = "review" in relations and rows.filter(review__state="APPROVED").exists()
    untracked = Q(actions__assignee__is_active=False) & Q(actions__state__in=["OPEN", "IN_PROGRESS", "RECURRED"])
    open_actions = rows.filter(untracked).count() if "actions" in relations else 0
    return {"review_approved": approved, "open_actions": open_actions}
