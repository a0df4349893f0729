from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Holds the commands that start the whole: `serve` and `run`."""

    name = "lantoa.config"
    label = "config"
