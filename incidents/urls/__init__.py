"""Pages of the incident room."""

from incidents.urls import evidence, incidents, room

urlpatterns = [*incidents.urlpatterns, *room.urlpatterns, *evidence.urlpatterns]
