from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "intake"
    verbose_name = _("Signals received")

    def ready(self) -> None:
        from intake.services import leaving, owning

        leaving.declare_own()
        owning.declare_own()
