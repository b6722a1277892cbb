"""Pages of the incident room."""

from incidents.urls import evidence, incidents, room, webhooks

urlpatterns = [*incidents.urlpatterns, *room.urlpatterns, *evidence.urlpatterns, *webhooks.urlpatterns]
