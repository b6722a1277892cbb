"""A workflow and what belongs to it."""

from django.urls import path

from registry.views import (
    assessments,
    assessments_override,
    containment,
    differences,
    downstream,
    history,
    signals,
    signals_editing,
    surfaces,
    surfaces_versions,
    workflow,
    workflow_editing,
)

urlpatterns = [
    path("workflows/new/", workflow_editing.register, name="workflow-new"),
    path("workflows/<int:pk>/", workflow.overview, name="workflow"),
    path("workflows/<int:pk>/edit/", workflow_editing.edit, name="workflow-edit"),
    path("workflows/<int:pk>/tier/", assessments.tier, name="workflow-tier"),
    path("workflows/<int:pk>/tier/assess/", assessments.assess, name="workflow-assess"),
    path("workflows/<int:pk>/tier/preview/", assessments.preview, name="workflow-assess-preview"),
    path("workflows/<int:pk>/tier/override/", assessments_override.ask, name="workflow-override"),
    path("assessments/<int:pk>/decide/", assessments_override.decide, name="workflow-override-decide"),
    path("workflows/<int:pk>/surfaces/", surfaces.surfaces, name="workflow-surfaces"),
    path("workflows/<int:pk>/surfaces/new/", surfaces.new, name="surface-new"),
    path("surfaces/<int:pk>/", surfaces.surface, name="surface"),
    path("surfaces/<int:pk>/versions/new/", surfaces_versions.new, name="surface-version-new"),
    path("surfaces/versions/<int:pk>/known-good/", surfaces_versions.mark_known_good, name="surface-known-good"),
    path("surfaces/versions/<int:pk>/in-use/", surfaces_versions.put_back, name="surface-put-back"),
    path("workflows/<int:pk>/containment/", containment.options, name="workflow-containment"),
    path("workflows/<int:pk>/containment/new/", containment.new, name="containment-new"),
    path("containment/<int:pk>/edit/", containment.edit, name="containment-edit"),
    path("containment/<int:pk>/proof/", containment.prove, name="containment-prove"),
    path("workflows/<int:pk>/signals/", signals.signals, name="workflow-signals"),
    path("workflows/<int:pk>/signals/new/", signals_editing.new, name="signal-new"),
    path("signals/<int:pk>/edit/", signals_editing.edit, name="signal-edit"),
    path("signals/<int:pk>/proof/", signals_editing.prove, name="signal-prove"),
    path("signals/<int:pk>/retire/", signals_editing.retire, name="signal-retire"),
    path("workflows/<int:pk>/downstream/new/", downstream.new, name="downstream-new"),
    path("downstream/<int:pk>/edit/", downstream.edit, name="downstream-edit"),
    path("downstream/<int:pk>/retire/", downstream.retire, name="downstream-retire"),
    path("workflows/<int:pk>/difference/", differences.workflow_difference, name="workflow-difference"),
    path("workflows/<int:pk>/history/", history.history, name="workflow-history"),
]
