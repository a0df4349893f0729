"""All addresses: the desk under `/ban-lam-viec/`, the portal at the root and, in English, under `/en/`."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.decorators.csp import csp_override
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents.views.serve import authenticate_with_password
from wagtail.utils.urlpatterns import decorate_urlpatterns

from lantoa.announcements.selectors import FEEDS, PAGES
from lantoa.channels.selectors import WEBHOOKS
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.media_views import document, picture
from lantoa.newsroom.services.scaffold import SLUGS

# Wagtail's admin still writes inline scripts and styles; its pages stand apart and only staff reach them.
ADMIN_CSP = {
    "default-src": ["'self'"],
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "frame-src": ["'self'"],
    "frame-ancestors": ["'self'"],
    "object-src": ["'none'"],
}

desk_patterns = [
    path("", include("lantoa.desk.urls")),
    path("ke-hoach/", include("lantoa.planning.urls")),
    path("soan-tin/", include("lantoa.outreach.message_urls")),
    path("duyet/", include("lantoa.approvals.urls")),
    path("lan-toa/", include("lantoa.outreach.urls")),
    path("lang-nghe/", include("lantoa.listening.urls")),
    path("chuyen-dan/", include("lantoa.contributions.urls")),
    path("guong-mo-hinh/", include("lantoa.exemplars.urls")),
    path("bao-chi/", include("lantoa.pressroom.urls")),
    path("bao-cao/", include("lantoa.reporting.urls")),
    path("don-vi/", include("lantoa.territory.urls")),
    path("co-quan/", include("lantoa.agencies.urls")),
    path("nguoi-nhan/", include("lantoa.audience.urls")),
    path("quyen-du-lieu/", include("lantoa.audience.rights_urls")),
    path("diem-truyen-thong/", include("lantoa.outlets.urls")),
    path("kenh/", include("lantoa.channels.urls")),
    path("trang/", include("lantoa.newsroom.urls")),
    path("tim-khong-thay/", include("lantoa.search.urls")),
    path("quyen-loi/", include("lantoa.entitlements.urls")),
    path("toa-soan/", include("lantoa.editorial.urls")),
]

# By the names Wagtail calls them. Its own address of a file takes digits of any script, and shows drafts to everybody.
document_patterns = [
    path("tai-lieu/<number:pk>/<str:name>", document, name="wagtaildocs_serve"),
    path(
        "tai-lieu/authenticate_with_password/<number:restriction_id>/",
        authenticate_with_password,
        name="wagtaildocs_authenticate_with_password",
    ),
]

urlpatterns = [
    path("ban-lam-viec/", include(desk_patterns)),
    path("tai-khoan/", include("allauth.urls")),
    path("quan-tri/", include(decorate_urlpatterns(wagtailadmin_urls.urlpatterns, csp_override(ADMIN_CSP)))),
    *document_patterns,
    path("media/images/<path:name>", picture, name="picture"),
    path("ui/", include("lantoa.ui.urls")),
    path("loa/", include("lantoa.channels.loudspeaker.urls")),
    path(WEBHOOKS.lstrip("/"), include("lantoa.channels.webhook_urls")),
    path("xac-nhan/", include("lantoa.outreach.confirm_urls")),
    path("so-tay/", include("lantoa.outreach.notebook_urls")),
    path(FEEDS.lstrip("/"), include("lantoa.announcements.feed_urls")),
    *i18n_patterns(
        path(PAGES.lstrip("/"), include("lantoa.announcements.urls")),
        path(f"{SLUGS[SectionKind.EVENTS]}/", include("lantoa.newsroom.calendar_urls")),
        path("", include("lantoa.figures.urls")),
        path("dinh-chinh/", include("lantoa.newsroom.correction_urls")),
        path("", include("lantoa.portal.urls")),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
