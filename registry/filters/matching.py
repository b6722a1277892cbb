"""The workflows of a saved address of the register, for whoever has no request at hand."""

from datetime import datetime

from django.db.models import QuerySet

from registry.filters.addresses import params_of
from registry.filters.conditions import Asking, matching
from registry.filters.custom import definitions
from registry.models import User, Workflow


def workflows_of(query: str, user: User, at: datetime) -> QuerySet[Workflow]:
    """As the person would find them in the register at that moment, in no order."""
    asking = Asking(user, at, definitions())
    return Workflow.objects.visible_to(user).filter(matching(params_of(query), asking)).order_by()
