from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("Incidents")

    def ready(self) -> None:
        from incidents.reports import incident_parts, owning
        from incidents.services import keeping, leaving, news, reading

        incident_parts.declare()
        owning.declare_own()
        keeping.declare()
        leaving.declare_own()
        news.declare_own()
        reading.declare()
