from django.apps import AppConfig
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.url_parts import NumberConverter


class KernelConfig(AppConfig):
    name = "lantoa.kernel"
    label = "kernel"
    verbose_name = _("Kernel")

    def ready(self) -> None:
        """Teach addresses our numbers."""
        register_converter(NumberConverter, "number")
