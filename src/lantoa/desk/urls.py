"""The desk's own addresses, under `/ban-lam-viec/`."""

from django.urls import path

from lantoa.desk.views import freshness, keeping, today

app_name = "desk"
urlpatterns = [
    path("", today.today, name="today"),
    path("tim/", today.search, name="search"),
    path("do-moi/", freshness.board, name="freshness"),
    path("do-moi/bang.csv", freshness.table, name="freshness_table"),
    path("do-moi/<int:pk>/con-dung/", freshness.still_right, name="still_right"),
    path("toi/", today.me, name="me"),
    path("nhat-ky/", keeping.audit, name="audit"),
    path("nhat-ky/kiem/", keeping.audit_verify, name="audit_verify"),
    path("tai-khoan/", keeping.accounts, name="accounts"),
    path("tai-khoan/moi/", keeping.account_new, name="account_new"),
    path("tai-khoan/<int:pk>/", keeping.account, name="account"),
    path("tai-khoan/<int:pk>/dong/", keeping.account_close, name="account_close"),
    path("ngay-lam-viec/", keeping.calendar, name="calendar"),
]
