"""What limits running workflows, their keys, and who asked for what nobody knows."""

from django.urls import path

from registry.views import control, control_callers, control_keys, control_releasing, integration

urlpatterns = [
    path("workflows/<int:pk>/control/", control.control, name="workflow-control"),
    path("workflows/<int:pk>/control/live/", control.live, name="workflow-control-live"),
    path("workflows/<int:pk>/control/keys/new/", control_keys.new, name="control-key-new"),
    path("workflows/<int:pk>/control/integration/", integration.integration, name="workflow-integration"),
    path("workflows/<int:pk>/control/integration/first-call/", integration.first_call, name="workflow-first-call"),
    path("control/keys/<int:pk>/replace/", control_keys.rotate, name="control-key-rotate"),
    path("control/keys/<int:pk>/default/", control_keys.declare_default, name="control-key-default"),
    path("control/keys/<int:pk>/revoke/", control_keys.revoke, name="control-key-revoke"),
    *(
        path(f"control/restrictions/<int:pk>/{verb}/", control_releasing.decide, {"verb": verb}, f"restriction-{verb}")
        for verb in control_releasing.STEPS
    ),
    path("control/callers/", control_callers.callers, name="callers"),
    path("control/callers/keys/new/", control_callers.new_key, name="caller-key-new"),
    path("control/callers/keys/<int:pk>/bind/", control_callers.bind, name="caller-key-bind"),
    path("control/callers/keys/<int:pk>/revoke/", control_callers.revoke, name="caller-key-revoke"),
    path("control/callers/<int:pk>/set-aside/", control_callers.dismiss, name="caller-dismiss"),
]
