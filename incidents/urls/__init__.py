"""Pages of the incident room."""

from incidents.urls import evidence, incidents, outputs, room, webhooks

urlpatterns = [
    *incidents.urlpatterns,
    *room.urlpatterns,
    *evidence.urlpatterns,
    *outputs.urlpatterns,
    *webhooks.urlpatterns,
]
