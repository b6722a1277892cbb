"""Where programs deliver. PagerDuty's own path ends like theirs, so that only the host has to be changed."""

from django.urls import path

from intake.views import receiving

urlpatterns = [
    path("in/pagerduty/v2/enqueue", receiving.pagerduty_in, name="signal-in-pagerduty"),
    path("in/<slug:kind>/<slug:public_id>", receiving.signal_in, name="signal-in"),
]
