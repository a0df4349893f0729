"""A project with django-post_office and nothing else, its settings as documented for many mails."""

import os

import environ

_port = int(os.environ["BENCH_SMTP"])
SECRET_KEY = "bench"
INSTALLED_APPS = ["django.contrib.contenttypes", "post_office"]
DATABASES = {"default": environ.Env.db_url_config(os.environ["BENCH_DATABASE"])}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
MAILERS = {
    "default": {"BACKEND": "post_office.EmailBackend"},
    "smtp": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {"host": "127.0.0.1", "port": _port},
    },
}
POST_OFFICE = {
    "DEFAULT_MAILER": "smtp",
    "BATCH_SIZE": int(os.environ["BENCH_BATCH"]),
    "THREADS_PER_PROCESS": int(os.environ["BENCH_THREADS"]),
    "LOG_LEVEL": 1,  # failures only: fewer rows to write than our history has
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"quiet": {"class": "logging.NullHandler"}},
    "loggers": {"post_office": {"handlers": ["quiet"], "level": "WARNING"}},
}
