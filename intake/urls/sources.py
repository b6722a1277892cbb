"""What sends signals."""

from django.urls import path

from intake.views import reading_again, sources, sources_changing

urlpatterns = [
    path("signals/sources/", sources.sources, name="signal-sources"),
    path("signals/sources/new/", sources.new, name="signal-source-new"),
    path("signals/sources/<int:pk>/", sources.source, name="signal-source"),
    path("signals/sources/<int:pk>/first/", sources.first_delivery, name="signal-source-first"),
    path("signals/sources/<int:pk>/edit/", sources_changing.edit, name="signal-source-edit"),
    path("signals/sources/<int:pk>/mapping/", sources_changing.mapping, name="signal-source-mapping"),
    path("signals/sources/<int:pk>/again/", reading_again.all_of_source, name="signal-source-again"),
    path("signals/sources/<int:pk>/secret/", sources_changing.secret, name="signal-source-secret"),
    path("signals/sources/<int:pk>/token/", sources_changing.rotate, name="signal-source-token"),
    path("signals/sources/tokens/<int:pk>/revoke/", sources_changing.revoke, name="signal-source-token-revoke"),
]
