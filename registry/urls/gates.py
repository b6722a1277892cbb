"""Going live and earning more autonomy: requests, decisions, conditions."""

from django.urls import path

from registry.views import gates, gates_asking, gates_deciding

urlpatterns = [
    path("workflows/<int:pk>/gates/", gates.gates, name="workflow-gates"),
    path("workflows/<int:pk>/gates/<slug:kind>/ask/", gates_asking.ask, name="gate-ask"),
    path("gates/", gates.requests, name="gate-requests"),
    path("gates/<int:pk>/", gates.gate_request, name="gate-request"),
    path("gates/<int:pk>/decide/", gates_deciding.decide, name="gate-decide"),
    path("gates/<int:pk>/withdraw/", gates_asking.withdraw, name="gate-withdraw"),
    path("gates/<int:pk>/use/", gates_asking.use, name="gate-use"),
    path("gate-conditions/<int:pk>/met/", gates_deciding.meet, name="gate-condition-meet"),
]
