"""The inbox, one signal, and what becomes of it."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from intake.views import deciding, deciding_many, inbox, reading_again, reporting, signal


class ManyConverter(StringConverter):
    regex = "dismiss|later|attach"


register_converter(ManyConverter, "signals_verb")

urlpatterns = [
    path("signals/", inbox.inbox, name="signals"),
    path("signals/report/", reporting.report, name="report-problem"),
    path("report-a-problem/", reporting.report_as_stranger, name="report-as-stranger"),
    path("signals/decide/<signals_verb:verb>/", deciding_many.decide, name="signals-decide"),
    path("signals/received/<int:pk>/", signal.received, name="received-signal"),
    path("signals/received/<int:pk>/incident/", deciding.promote, name="signal-promote"),
    path("signals/received/<int:pk>/attach/", deciding.attach, name="signal-attach"),
    path("signals/received/<int:pk>/workflow/", deciding.bind, name="signal-bind"),
    path("signals/received/<int:pk>/not-an-incident/", deciding.dismiss, name="signal-dismiss"),
    path("signals/received/<int:pk>/later/", deciding.later, name="signal-later"),
    path("signals/received/<int:pk>/back/", deciding.put_back, name="signal-put-back"),
    path("signals/deliveries/<int:pk>/", signal.delivery, name="signal-delivery"),
    path("signals/deliveries/<int:pk>/again/", reading_again.one, name="signal-delivery-again"),
    path("incidents/<int:pk>/signals/", signal.of_incident, name="incident-signals"),
]
