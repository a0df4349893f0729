from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class NewsroomConfig(AppConfig):
    """Writing: pages, media and the editorial gate, on Wagtail."""

    name = "lantoa.newsroom"
    label = "newsroom"
    verbose_name = _("Newsroom")

    def ready(self) -> None:
        """Tell the approvals room how a page is shown to whoever decides on it."""
        from lantoa.approvals.subjects import register_subject  # noqa: PLC0415 (apps are ready only now)
        from lantoa.newsroom import bars, drawing, finding, holding, models, reading, rules  # noqa: PLC0415 (as above)
        from lantoa.newsroom.services import posts, site  # noqa: PLC0415 (as above)

        assert rules.WRITE
        post_migrate.connect(site.follow_address, sender=self)
        post_migrate.connect(posts.follow_rules, sender=self)
        drawing.register()
        finding.register()
        holding.register_holder(models.embargo_hold)
        bars.register("newsroom", models.without_original)
        register_subject(
            "newsroom.page", reading.sections, label=_("Page"), link=reading.address, hold=reading.held,
            beside=reading.beside,
        )  # fmt: skip
