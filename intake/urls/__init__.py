"""Pages of the intake, and the addresses tools send to."""

from intake.urls import receiving, signals, sources

urlpatterns = [*receiving.urlpatterns, *signals.urlpatterns, *sources.urlpatterns]
