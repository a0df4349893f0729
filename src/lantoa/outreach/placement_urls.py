"""The pages of placements, among those of broadcasts."""

from django.urls import path

from lantoa.outreach import placement_views as views

urlpatterns = [
    path("diem/", views.placement_work, name="placement_work"),
    path("diem/<int:pk>/", views.placement, name="placement"),
    path("diem/<int:pk>/xong/", views.placement_confirm, name="placement_confirm"),
    path("diem/<int:pk>/rut-lai/", views.placement_undo, name="placement_undo"),
    path("diem/<int:pk>/da-go/", views.placement_down, name="placement_down"),
    path("diem/<int:pk>/lien-ket/", views.placement_link, name="placement_link"),
    path("diem/<int:pk>/nhac/", views.placement_remind, name="placement_remind"),
    path("diem/<int:pk>/thu-lai/", views.placement_retry, name="placement_retry"),
    path("diem/<int:pk>/tai-lieu/", views.placement_kit, name="placement_kit"),
    path("diem/<int:pk>/anh/<int:proof>/", views.placement_photo, name="placement_photo"),
    path("<int:pk>/diem/", views.placement_list, name="placements"),
    path("<int:pk>/diem/nhac/", views.placements_remind, name="placements_remind"),
    path("<int:pk>/diem.csv", views.placement_csv, name="placement_file"),
]
