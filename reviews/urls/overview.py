from django.urls import path

from reviews.views import overview, palette, searching

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("search/", searching.searching, name="search"),
    path("palette/", palette.palette, name="palette"),
]
