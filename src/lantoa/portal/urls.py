"""The public addresses; in English the same under `/en/`. Articles and policies are pages of the newsroom."""

from django.urls import path

from lantoa.portal.views import browser, cases, letters, links, mine, reading, stories

app_name = "portal"
urlpatterns = [
    path("", reading.home, name="home"),
    path("tim/", reading.search, name="search"),
    path("hoi-dap/", reading.answers, name="answers"),
    path("gui-y-kien/", cases.feedback, name="feedback"),
    path("tra-loi/", cases.find_answer, name="find_answer"),
    path("tra-loi/<str:code>/", cases.answer, name="answer"),
    path("tra-loi/<str:code>/ma.txt", cases.receipt, name="receipt"),
    path("gui-chuyen/", stories.tell, name="tell_story"),
    path("gui-chuyen/<str:code>/", stories.follow, name="story"),
    path("gui-chuyen/<str:code>/rut/", stories.withdraw, name="withdraw_story"),
    path("nhan-tin/", letters.subscribe, name="subscribe"),
    path("nhan-tin/xac-nhan/<str:token>/", letters.confirm, name="subscription_confirm"),
    path("nhan-tin/thoi/<str:token>/", letters.unsubscribe, name="unsubscribe"),
    path("bao-tin/", browser.notifications, name="notifications"),
    path("bao-tin/tat/", browser.turn_off, name="notifications_off"),
    path("bao-tin/cua-toi/", browser.own_page, name="notifications_mine"),
    path("bao-tin/tho.js", browser.worker, name="notifications_worker"),
    path("hop-thu/<str:token>/", letters.inbox, name="inbox"),
    path("l/<str:code>", links.follow_link, name="link"),
    path("cua-toi/", mine.ask, name="mine_ask"),
    path("cua-toi/tu-tin/<str:token>/", mine.from_message, name="mine_from_message"),
    path("cua-toi/tu-hop-thu/<str:token>/", mine.from_inbox, name="mine_from_inbox"),
    path("cua-toi/dia-chi-moi/<str:token>/", mine.new_address, name="new_address"),
    path("cua-toi/<str:token>/", mine.mine, name="mine"),
    path("cua-toi/<str:token>/sua/", mine.correct, name="mine_correct"),
    path("cua-toi/<str:token>/rut/", mine.withdraw, name="mine_withdraw"),
    path("cua-toi/<str:token>/tai/", mine.download, name="mine_download"),
    path("cua-toi/<str:token>/hoi/", mine.other, name="mine_other"),
    path("cua-toi/<str:token>/xoa/", mine.erase, name="mine_erase"),
    path("cua-toi/<str:token>/dia-chi/<int:pk>/", mine.change_address, name="mine_address"),
    path("quyen-rieng-tu/", reading.privacy, name="privacy"),
    path("tro-nang/", reading.accessibility, name="accessibility"),
    path("robots.txt", reading.robots, name="robots"),
]
