"""Where providers call us: one address for each account, with a secret where the provider does not sign."""

from django.urls import path

from lantoa.channels.webhooks import webhook

urlpatterns = [
    path("<slug:kind>/<slug:slug>/", webhook, name="webhook"),
    path("<slug:kind>/<slug:slug>/<str:secret>/", webhook, name="webhook_secret"),
]
