from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = _("Registry")

    def ready(self) -> None:
        from registry.kernel.access import sign_ins
        from registry.kernel.documents import checks as _documents  # noqa: F401 - registers itself
        from registry.kernel.ledger import checks as _ledger  # noqa: F401
        from registry.kernel.ledger import hardening, installing
        from registry.kernel.storage import figures
        from registry.kernel.upgrading import refuse_halfway
        from registry.reports import vendors, workflow_history
        from registry.services import news_of_duties, news_of_workflows, own_holdings

        sign_ins.connect()
        figures.connect()
        workflow_history.declare()
        vendors.declare()
        own_holdings.declare_own()
        news_of_duties.declare_own()
        news_of_workflows.declare_own()
        pre_migrate.connect(refuse_halfway, sender=self)
        post_migrate.connect(_install, sender=self)
        self.install, self.harden = installing.install, hardening.again


def _install(sender: "RegistryConfig", using: str, **options: Any) -> None:
    sender.install(using)
    sender.harden(using)
