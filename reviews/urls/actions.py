from django.urls import path

from reviews.views import action, actions, differences
from reviews.views.action_steps import STEPS

urlpatterns = [
    path("actions/", actions.actions, name="actions"),
    path("actions/new/", action.new, name="action-new"),
    path("actions/<int:pk>/", action.action, name="action"),
    path("actions/<int:pk>/difference/", differences.action_difference, name="action-difference"),
    path("incidents/<int:pk>/difference/", differences.incident_difference, name="incident-difference"),
    path("actions/<int:pk>/proof/", action.proof, name="action-proof"),
    *(path(f"actions/<int:pk>/{slug}/", action.step, {"slug": slug}, name=f"action-{slug}") for slug in STEPS),
    path("workflows/<int:pk>/actions/", actions.workflow_actions, name="workflow-actions"),
]
