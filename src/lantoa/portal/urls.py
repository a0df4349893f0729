"""The public addresses; in English the same under `/en/`. Articles and policies are pages of the newsroom."""

from django.urls import path

from lantoa.portal.views import cases, letters, links, reading

app_name = "portal"
urlpatterns = [
    path("", reading.home, name="home"),
    path("tim/", reading.search, name="search"),
    path("hoi-dap/", reading.answers, name="answers"),
    path("gui-y-kien/", cases.feedback, name="feedback"),
    path("tra-loi/", cases.find_answer, name="find_answer"),
    path("tra-loi/<str:code>/", cases.answer, name="answer"),
    path("tra-loi/<str:code>/ma.txt", cases.receipt, name="receipt"),
    path("nhan-tin/", letters.subscribe, name="subscribe"),
    path("nhan-tin/xac-nhan/<str:token>/", letters.confirm, name="subscription_confirm"),
    path("nhan-tin/thoi/<str:token>/", letters.unsubscribe, name="unsubscribe"),
    path("hop-thu/<str:token>/", letters.inbox, name="inbox"),
    path("l/<str:code>", links.follow_link, name="link"),
    path("quyen-rieng-tu/", reading.privacy, name="privacy"),
    path("tro-nang/", reading.accessibility, name="accessibility"),
    path("robots.txt", reading.robots, name="robots"),
]
