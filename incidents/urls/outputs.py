from django.urls import URLPattern, path

from incidents.views.outputs import bringing, desk, dividing, listing, many

urlpatterns: list[URLPattern] = [
    path("incidents/<int:pk>/outputs/", listing.outputs, name="incident-outputs"),
    path("incidents/<int:pk>/outputs/export/", listing.export, name="incident-outputs-export"),
    path("incidents/<int:pk>/outputs/bring/", bringing.bring, name="incident-outputs-bring"),
    path("incidents/<int:pk>/outputs/begin/", desk.begin, name="incident-outputs-begin"),
    path("incidents/<int:pk>/outputs/decide/", many.decide, name="incident-outputs-decide"),
    path("incidents/<int:pk>/outputs/put-right/", many.put_right, name="incident-outputs-put-right"),
    path("incidents/<int:pk>/outputs/divide/", dividing.divide, name="incident-outputs-divide"),
    path("incidents/<int:pk>/outputs/take-over/", dividing.take_over, name="incident-outputs-take-over"),
    path("incidents/<int:pk>/outputs/sample/", dividing.sample, name="incident-outputs-sample"),
    path("outputs/<int:pk>/", desk.output, name="output"),
    path("outputs/<int:pk>/undo/", desk.undo, name="output-undo"),
]
