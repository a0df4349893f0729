from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditorialConfig(AppConfig):
    """The desk of editors: what is ordered, where each story stands, and what goes out together."""

    name = "lantoa.editorial"
    label = "editorial"
    verbose_name = _("Editors' desk")

    def ready(self) -> None:
        """Tell the newsroom that a page of an open bundle waits for the others, and goes out with them."""
        from lantoa.editorial.selectors import bundles  # noqa: PLC0415  (models exist only now)
        from lantoa.newsroom import together  # noqa: PLC0415  (as above)
        from lantoa.newsroom.holding import register_holder  # noqa: PLC0415  (as above)

        register_holder(bundles.hold)
        together.register(bundles.companions)
