"""Addresses of planning, under `/ban-lam-viec/ke-hoach/`."""

from django.urls import URLPattern, URLResolver, path

from lantoa.planning import views

app_name = "planning"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.plan_list, name="list"),
    path("nap/", views.upload, name="upload"),
    path("nap/<int:pk>/", views.confirm, name="confirm"),
    path("nap/<int:pk>/bo/", views.discard, name="discard"),
    path("<int:pk>/", views.plan_page, name="plan"),
    path("viec/", views.my_tasks, name="tasks"),
    path("viec/<int:pk>/", views.task_page, name="task"),
    path("viec/<int:pk>/<slug:step>/", views.task_step, name="step"),
]
