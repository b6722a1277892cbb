from django.urls import path

from reviews.views import overview, palette

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("palette/", palette.palette, name="palette"),
]
