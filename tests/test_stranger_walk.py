"""Every address of the house, tried by a stranger and by every role: who may not enter learns nothing."""

import re
import uuid
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from lantoa.kernel import access
from lantoa.kernel.access import PERMISSIONS, Grant
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User

DESK = "ban-lam-viec/"
ADMIN = "quan-tri/"
PUBLIC = {
    "tai-khoan/": "sign-in pages, by allauth",
    "tai-lieu/": "published documents",
    "ui/": "the component gallery holds no data",
    "loa/": "sound for loudspeakers, by signed addresses",
    "xac-nhan/": "a signed link that opens one placement",
    "so-tay/": "a signed link that opens the notebook of one placement",
    "webhook/": "providers, proven by signature or secret",
    "media/": "published images",
    "api/": "open data",
    "feeds/": "announcements as feeds, and the hub that tells of them",
}
PORTAL = "lantoa.portal.", "lantoa.announcements.", "lantoa.figures.", "wagtail.views", "lantoa.newsroom."
ADMIN_DOORS = {"login", "logout", "password_reset", "jsi18n", "sprite"}
"""What Wagtail answers before sign-in: redirects to our own login, words and icons."""

SAMPLES = {
    "int": "999999", "str": "khong-co", "slug": "khong-co", "uuid": str(uuid.UUID(int=7)), "path": "khong/co",
    "day": "2026-01-01", "number": "999999",
}  # fmt: skip


@dataclass(frozen=True)
class Address:
    route: str
    callback: object
    language_prefixed: bool

    @property
    def path(self):
        return "/" + self.route


def walk(patterns, prefix="", prefixed=False):
    for pattern in patterns:
        text = fill(str(pattern.pattern), pattern.pattern)
        if isinstance(pattern, URLResolver):
            locale = type(pattern.pattern).__name__ == "LocalePrefixPattern"
            yield from walk(pattern.url_patterns, prefix if locale else prefix + text, prefixed or locale)
        elif isinstance(pattern, URLPattern):
            yield Address(prefix + text, pattern.callback, prefixed)


def fill(text, pattern):
    """A concrete address for a pattern: converters and groups get values that belong to nothing."""
    if type(pattern).__name__ == "RegexPattern":
        text = re.sub(r"\(\?P<\w+>(\w+(?:\|\w+)+)\)", lambda found: found.group(1).split("|")[0], text)
        text = re.sub(r"\(\?P<\w+>[^()]*(?:\([^()]*\)[^()]*)*\)|\([^?][^()]*\)", "999999", text)
        text = re.sub(r"\(\?:[^()]*(?:\([^()]*\)[^()]*)*\)\??", "", text)
        return re.sub(r"[\^$?]|\\Z", "", text).replace("\\.", ".").replace("\\-", "-")
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found.group(1) or "str", "khong-co"), text)


ALL = list(walk(get_resolver().url_patterns))
DESK_ADDRESSES = [address for address in ALL if address.route.startswith(DESK)]
ADMIN_ADDRESSES = [address for address in ALL if address.route.startswith(ADMIN)]


def visit(client, path):
    """GET, or an empty POST where only that is answered."""
    response = client.get(path)
    return client.post(path) if response.status_code == 405 else response


@pytest.fixture
def hire(db):
    before = list(access._source)
    unit = apps.get_model("territory", "Unit").objects.create()
    agency = apps.get_model("agencies", "Agency").objects.create()
    posts = {}
    access.register_source(lambda user, at: posts.get(user.pk, []))

    def make(*roles):
        user = User.objects.create_user(email=f"v{User.objects.count()}@example.test", display_name="Vai trò")
        posts[user.pk] = [Grant(role, [unit.pk], agency.pk, number) for number, role in enumerate(roles, 1)]
        client = Client(raise_request_exception=True)
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    yield make
    access._source[:] = before


def test_every_address_has_a_known_place():
    unknown = [
        address.route
        for address in ALL
        if not address.route.startswith((DESK, ADMIN, "_util/login", *PUBLIC))
        and not getattr(address.callback, "__module__", "").startswith(PORTAL)
    ]
    assert unknown == []


def test_every_desk_address_names_its_right():
    silent = [a.route for a in DESK_ADDRESSES if not hasattr(a.callback, "desk_permission")]
    assert silent == []
    named = {a.callback.desk_permission for a in DESK_ADDRESSES} - {None}
    assert named <= set(PERMISSIONS)


@pytest.mark.django_db
def test_stranger_is_asked_to_sign_in_at_every_desk_address():
    client = Client()
    wrong = []
    for address in DESK_ADDRESSES:
        response = visit(client, address.path)
        asked = response.status_code == 302 and response.headers["Location"].startswith("/tai-khoan/login/")
        if not asked:
            wrong.append((address.route, response.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_role_enters_where_its_rights_lead_and_nowhere_else(hire, role):
    client = hire(role)
    wrong = []
    for address in DESK_ADDRESSES:
        right = address.callback.desk_permission
        may = right is None or role in PERMISSIONS[right].roles
        status = visit(client, address.path).status_code
        entered = status in (200, 302, 303, 400, 404, 422)
        if (may and not entered) or (not may and status != 403):
            wrong.append((address.route, right, status))
    assert wrong == []


def test_account_without_a_post_enters_nothing_that_names_a_right(hire):
    client = hire()
    wrong = [
        (address.route, status)
        for address in DESK_ADDRESSES
        if address.callback.desk_permission is not None and (status := visit(client, address.path).status_code) != 403
    ]
    assert wrong == []


@pytest.mark.django_db
def test_stranger_sees_nothing_of_the_page_editor():
    client = Client()
    open_doors = []
    for address in ADMIN_ADDRESSES:
        if any(door in address.route for door in ADMIN_DOORS):
            continue
        response = visit(client, address.path)
        if response.status_code == 200:
            open_doors.append(address.route)
    assert open_doors == []


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.CHANNEL_OFFICER, Role.REPORTER, Role.AUDITOR])
def test_roles_that_do_not_write_pages_stay_out_of_the_page_editor(hire, role):
    client = hire(role)
    entered = []
    for address in ADMIN_ADDRESSES:
        if any(door in address.route for door in ADMIN_DOORS):
            continue
        response = visit(client, address.path)
        if response.status_code == 200:
            entered.append(address.route)
    assert entered == []
