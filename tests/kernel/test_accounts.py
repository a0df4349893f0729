import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lantoa.kernel import access, services
from lantoa.kernel.enums import Role
from lantoa.kernel.models import AuditEntry, User

PASSWORD = "muoi-hai-con-song"


@pytest.fixture
def officer(db):
    user, _password = services.create_account(
        display_name="Cán bộ xã", email="can.bo@example.org", phone="0900 000 001", password=PASSWORD,
        by=None, at=timezone.now(),
    )  # fmt: skip
    cache.clear()
    return user


def sign_in(login, password=PASSWORD):
    client = Client()
    client.post(reverse("account_login"), {"login": login, "password": password})
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize("login", ["can.bo@example.org", "CAN.BO@example.org", "+84900000001", "0900 000 001"])
def test_signs_in_by_email_or_phone(officer, login):
    assert sign_in(login) == str(officer.pk)


def test_wrong_password_is_refused(officer):
    assert sign_in("can.bo@example.org", "sai-mat-khau-roi") is None


def test_login_is_throttled_after_failures(officer):
    for _attempt in range(12):
        sign_in("can.bo@example.org", "sai-mat-khau-roi")
    assert sign_in("can.bo@example.org") is None


def test_nobody_signs_themself_up(db):
    client = Client()
    client.post(reverse("account_signup"), {"email": "la@example.org", "password1": PASSWORD})
    assert list(User.objects.filter(email="la@example.org")) == []


def test_unknown_and_known_address_read_alike(officer):
    client = Client()
    known = client.post(reverse("account_login"), {"login": "can.bo@example.org", "password": "x" * 12}).content
    cache.clear()
    unknown = client.post(reverse("account_login"), {"login": "ai.do@example.org", "password": "x" * 12}).content
    strip = lambda page: page.replace(b"can.bo@", b"").replace(b"ai.do@", b"").split(b"csrfmiddlewaretoken")[0]  # noqa: E731
    assert strip(known) == strip(unknown)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"display_name": "", "email": "a@example.org"}, "name"),
        ({"display_name": "A"}, "e-mail"),
        ({"display_name": "A", "phone": "12345"}, "12345"),
        ({"display_name": "A", "email": "khong phai thu"}, "e-mail"),
        ({"display_name": "A", "email": "can.bo@example.org"}, "Another account"),
        ({"display_name": "A", "phone": "0900000001"}, "Another account"),
        ({"display_name": "A", "email": "a@example.org", "password": "ngan"}, "10"),
    ],
)
def test_refusals_say_why(officer, fields, word, settings):
    settings.LANGUAGE_CODE = "en"
    from django.utils import translation

    with translation.override("en"), pytest.raises(services.AccountRefused) as refusal:
        services.create_account(**fields, by=None, at=timezone.now())
    assert word.lower() in str(refusal.value).lower()


def test_fresh_passwords_are_long_and_different():
    made = {services.fresh_password() for _ in range(200)}
    assert (len(made), {len(each) for each in made}) == (200, {19})


def test_account_is_audited(officer):
    assert AuditEntry.objects.filter(action="kernel.account_created", subject=f"kernel.user:{officer.pk}").count() == 1


def test_superuser_without_post_is_granted_nothing(db):
    chief = User.objects.create_superuser(email="root@example.org", password=PASSWORD)
    assert [name for name in access.PERMISSIONS if access.allowed(chief, name)] == []


@pytest.fixture
def granted(monkeypatch):
    """Give a user one role over units 1 and 2, the way the keeper of posts answers."""

    def give(user, role):
        source = lambda who, at: (access.Grant(role, [1, 2], 1, 1),) if who == user else ()  # noqa: E731
        monkeypatch.setattr(access, "_source", [source])

    return give


def test_grant_covers_its_units_only(officer, granted):
    granted(officer, Role.ADMINISTRATOR)
    assert [access.allowed(officer, "kernel.manage_calendar", unit_id=unit) for unit in (1, 2, 3)] == [
        True,
        True,
        False,
    ]


def test_second_factor_is_asked_of_the_roles_that_need_it(officer, granted, settings):
    settings.LANTOA_MFA_ROLES = ["administrator"]
    client = Client()
    client.force_login(officer)
    granted(officer, Role.EDITOR)
    assert client.get("/ban-lam-viec/").headers.get("Location") != reverse("mfa_index")
    granted(officer, Role.ADMINISTRATOR)
    assert client.get("/ban-lam-viec/").headers.get("Location") == reverse("mfa_index")
