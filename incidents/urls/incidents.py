from django.urls import URLPattern, path

from incidents.views import containing, declaring, lists, workflow_tab

urlpatterns: list[URLPattern] = [
    path("incidents/", lists.incidents, name="incidents"),
    path("incidents/declare/", declaring.declare, name="declare"),
    path("incidents/declare/workflows/", declaring.choices, name="declare-workflows"),
    path("incidents/declare/similar/", declaring.similar, name="declare-similar"),
    path("incidents/near-miss/", declaring.near_miss, name="near-miss"),
    path(
        "workflows/<int:pk>/containment/<int:option_pk>/carry-out/",
        containing.contain_workflow,
        name="workflow-contain",
    ),
    path("workflows/<int:pk>/incidents/", workflow_tab.workflow_incidents, name="workflow-incidents"),
]
