"""Where devices fetch their sound."""

from django.urls import path

from .views import audio

app_name = "loudspeaker"
urlpatterns = [path("<str:token>", audio, name="audio")]
