from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = _("Reviews")

    def ready(self) -> None:
        from reviews.filters import asked
        from reviews.reports import parts
        from reviews.services import gathering, lapsed, leaving, news

        parts.declare()
        lapsed.declare_own()
        leaving.declare_own()
        news.declare_own()
        gathering.declare(asked.register_rows, asked.history_rows)
