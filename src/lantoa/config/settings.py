"""Settings: one typed reader of the environment, the same code paths everywhere."""

import contextlib
import secrets
from pathlib import Path

import django_stubs_ext
import environ
from django.utils.csp import CSP

from lantoa.config.embedded import Server
from lantoa.config.languages import named
from lantoa.config.places import SOURCE, home

django_stubs_ext.monkeypatch()  # lets annotations such as JSONField[dict[str, int]] stand at run time

env = environ.Env()
if (dotenv := home().parent / ".env").exists():
    environ.Env.read_env(dotenv)


def _own_secret(name: str) -> str:
    """A secret made once for this installation and kept beside its data, readable by its owner alone."""
    path = home() / "secrets" / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # another process was first: its secret stands
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_text()


DEBUG: bool = env.bool("LANTOA_DEBUG", default=False)
SECRET_KEY: str = env.str("SECRET_KEY", default="") or _own_secret("django")
LANTOA_SECRET_KEYS: list[str] = env.list("LANTOA_SECRET_KEYS", default=[]) or [_own_secret("vault")]
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
LANTOA_BASE_URL: str = env.str("LANTOA_BASE_URL", default="http://localhost:8000").rstrip("/")
LANTOA_NAME: str = env.str("LANTOA_NAME", default="Lan Tỏa")
LANTOA_COLOUR: str = env.str("LANTOA_COLOUR", default="#9a1915")
LANTOA_COLOUR_SECOND: str = env.str("LANTOA_COLOUR_SECOND", default="#0c4f47")
LANTOA_SEAL: str = env.str("LANTOA_SEAL", default="")
LANTOA_SHARE_ZALO: str = env.str("LANTOA_SHARE_ZALO", default="")
LANTOA_OFFLINE: bool = env.bool("LANTOA_OFFLINE", default=True)
LANTOA_PROVINCE: str = env.str("LANTOA_PROVINCE", default="")
LANTOA_PROVINCE_CODE: str = env.str("LANTOA_PROVINCE_CODE", default="96")
LANTOA_WEBSUB_HUB: str = env.str("LANTOA_WEBSUB_HUB", default="")
LANTOA_BOX_ANCESTORS: list[str] = env.list("LANTOA_BOX_ANCESTORS", default=["*"])
LANTOA_HUB_PRIVATE_CALLBACKS: bool = env.bool("LANTOA_HUB_PRIVATE_CALLBACKS", default=False)
LANTOA_TAGLINE: str = env.str("LANTOA_TAGLINE", default="")
LANTOA_OWNER: str = env.str("LANTOA_OWNER", default="")
LANTOA_MENU: list[str] = env.list("LANTOA_MENU", default=["policies", "guide", "answers", "articles", "feedback"])
LANTOA_HOTLINE: str = env.str("LANTOA_HOTLINE", default="")
LANTOA_HOTLINE_HOURS: str = env.str("LANTOA_HOTLINE_HOURS", default="")
LANTOA_ANSWER_WORKING_DAYS: int = env.int("LANTOA_ANSWER_WORKING_DAYS", default=5)
LANTOA_SEARCH_MISS_DAYS: int = env.int("LANTOA_SEARCH_MISS_DAYS", default=90)
LANTOA_REREAD_DAYS: int = env.int("LANTOA_REREAD_DAYS", default=180)
LANTOA_REREAD_DAYS_BY_KIND: dict[str, int] = {
    kind: int(days) for kind, days in env.dict("LANTOA_REREAD_DAYS_BY_KIND", default={}).items()
}
LANTOA_REREAD_NOTICE_DAYS: int = env.int("LANTOA_REREAD_NOTICE_DAYS", default=14)
LANTOA_STOP_WORDS: list[str] = env.list("LANTOA_STOP_WORDS", default=["stop", "hủy", "từ chối", "dừng", "ngừng"])
LANTOA_SPOKEN_FORMS: dict[str, str] = env.dict("LANTOA_SPOKEN_FORMS", default={})
LANTOA_SYLLABLES_PER_MINUTE: int = env.int("LANTOA_SYLLABLES_PER_MINUTE", default=150)
LANTOA_ISSUE_REMIND_HOURS: int = env.int("LANTOA_ISSUE_REMIND_HOURS", default=24)
LANTOA_PLACEMENT_GRACE_HOURS: int = env.int("LANTOA_PLACEMENT_GRACE_HOURS", default=48)
LANTOA_NOTEBOOK_NOTES: int = env.int("LANTOA_NOTEBOOK_NOTES", default=300)
LANTOA_COMMISSION_REMIND_HOURS: int = env.int("LANTOA_COMMISSION_REMIND_HOURS", default=48)
LANTOA_REVIEW_REMIND_HOURS: int = env.int("LANTOA_REVIEW_REMIND_HOURS", default=24)
LANTOA_REVIEW_WORKING_DAYS: int = env.int("LANTOA_REVIEW_WORKING_DAYS", default=2)
LANTOA_ISSUE_GRACE_HOURS: int = env.int("LANTOA_ISSUE_GRACE_HOURS", default=12)
# Which kinds of pages (sections) need the legal check, which roles give it, and what the content checks know.
LANTOA_LAW_CHECK_KINDS: list[str] = env.list(
    "LANTOA_LAW_CHECK_KINDS", default=["policies", "laws", "guides", "questions"]
)
LANTOA_LAW_CHECK_ROLES: list[str] = env.list("LANTOA_LAW_CHECK_ROLES", default=["reviewer", "leader"])
LANTOA_LAW_CLEARER_MAY_APPROVE: bool = env.bool("LANTOA_LAW_CLEARER_MAY_APPROVE", default=False)
LANTOA_KNOWN_ABBREVIATIONS: list[str] = env.list(
    "LANTOA_KNOWN_ABBREVIATIONS",
    default=[
        "UBND",
        "HĐND",
        "MTTQ",
        "BHYT",
        "BHXH",
        "CCCD",
        "TP",
        "TX",
        "QR",
        "SMS",
        "PDF",
        "ATM",
        "USD",
        "VND",
        "VNĐ",
        "HIV",
        "AIDS",
    ],
)
LANTOA_READING_LIMITS: dict[str, str] = {
    "people": "1.10", "poverty_officers": "1.60", "cadres": "1.60", **env.dict("LANTOA_READING_LIMITS", default={}),
}  # fmt: skip
# Terms of Law 91/2025 and Decree 356/2025 on personal data; see docs/privacy.md.
LANTOA_RIGHTS_ANSWER_WORKING_DAYS: int = env.int("LANTOA_RIGHTS_ANSWER_WORKING_DAYS", default=2)
LANTOA_RIGHTS_DAYS: int = env.int("LANTOA_RIGHTS_DAYS", default=15)
LANTOA_RIGHTS_ACCESS_DAYS: int = env.int("LANTOA_RIGHTS_ACCESS_DAYS", default=10)
LANTOA_RIGHTS_ERASE_DAYS: int = env.int("LANTOA_RIGHTS_ERASE_DAYS", default=20)
LANTOA_RIGHTS_THIRD_PARTY_DAYS: int = env.int("LANTOA_RIGHTS_THIRD_PARTY_DAYS", default=20)
LANTOA_RIGHTS_EXTENSION_DAYS: int = env.int("LANTOA_RIGHTS_EXTENSION_DAYS", default=15)
LANTOA_STORY_PHOTOS: int = env.int("LANTOA_STORY_PHOTOS", default=6)
LANTOA_STORY_VOICE_MINUTES: int = env.int("LANTOA_STORY_VOICE_MINUTES", default=10)
LANTOA_STORY_KEEP_DAYS: int = env.int("LANTOA_STORY_KEEP_DAYS", default=365)
LANTOA_PRESS_KEEP_DAYS: int = env.int("LANTOA_PRESS_KEEP_DAYS", default=365)
LANTOA_BREACH_NOTICE_HOURS: int = env.int("LANTOA_BREACH_NOTICE_HOURS", default=72)
# Public figures and data; who owns the data names its licence, and until then none is claimed.
LANTOA_SMALL_CELL: int = env.int("LANTOA_SMALL_CELL", default=10)
LANTOA_DATA_LICENCE: str = env.str("LANTOA_DATA_LICENCE", default="")
LANTOA_DATA_LICENCE_URL: str = env.str("LANTOA_DATA_LICENCE_URL", default="")
_https: bool = LANTOA_BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "procrastinate.contrib.django",
    "lantoa.config",
    "lantoa.desk",
    "lantoa.portal",
    "lantoa.figures",
    "lantoa.reporting",
    "lantoa.outreach",
    "lantoa.listening",
    "lantoa.contributions",
    "lantoa.exemplars",
    "lantoa.editorial",
    "lantoa.pressroom",
    "lantoa.planning",
    "lantoa.entitlements",
    "lantoa.newsroom",
    "lantoa.audience",
    "lantoa.outlets",
    "lantoa.announcements",
    "lantoa.approvals",
    "lantoa.channels",
    "lantoa.agencies",
    "lantoa.search",
    "lantoa.territory",
    "lantoa.kernel",
    "lantoa.ui",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "lantoa.channels.middleware.WebhooksFirst",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lantoa.kernel.packing.Packed",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "lantoa.portal.middleware.SaveData",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "lantoa.kernel.addresses.NoNul",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lantoa.kernel.mfa.SecondFactorMiddleware",
    "lantoa.newsroom.middleware.PostsOpenTheEditor",
    "lantoa.newsroom.roots.remember_roots",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "lantoa.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["lantoa.ui.templatetags.pieces"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lantoa.portal.context.site",
                "lantoa.desk.context.desk",
            ],
        },
    },
]
FORM_RENDERER = "lantoa.ui.forms.LantoaFormRenderer"

# Database and jobs
LANTOA_DATABASE_STARTED_HERE = False
if database_url := env.str("DATABASE_URL", default=""):
    _database = env.db_url_config(database_url)
else:
    _server = Server.here()
    LANTOA_DATABASE_STARTED_HERE = _server.start()
    _database = _server.database()
DATABASES = {
    "default": {
        **_database,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": env.str("TEST_DATABASE_NAME", default="test_lantoa")},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "lantoa.kernel.until_due.UntilDue", "LOCATION": "lantoa_cache"},
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},  # their own table answers in one query
}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# People and sign-in
AUTH_USER_MODEL = "kernel.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend", "lantoa.kernel.accounts.PostBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/ban-lam-viec/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "lantoa.kernel.accounts.StaffAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
LANTOA_MFA_ROLES: list[str] = env.list("LANTOA_MFA_ROLES", default=[])
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}

# Mail of the system itself (password resets); broadcasts go through channels
MAILERS = {"default": {"BACKEND": env.str("MAILER", default="django.core.mail.backends.console.EmailBackend")}}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="lantoa@localhost")

# Language and place
LANGUAGE_CODE = "vi"
LANGUAGES = named(env.list("LANTOA_LANGUAGES", default=["vi", "km", "en"]), first=LANGUAGE_CODE)
LOCALE_PATHS = [SOURCE / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# Files
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(home() / "static")))
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(home() / "media")))
LANTOA_BAKED = Path(env.str("LANTOA_BAKED", default=str(home() / "baked")))
LANTOA_PRIVATE_ROOT = Path(env.str("LANTOA_PRIVATE_ROOT", default=str(home() / "private")))
STORAGES = {
    "private": {"BACKEND": "lantoa.kernel.private_files.PrivateFileStorage"},
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": env.str("STATIC_STORAGE", default="lantoa.config.static.LantoaStaticFiles")},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Wagtail: only for writing and arranging pages and media
WAGTAIL_SITE_NAME = "Lan Tỏa"
WAGTAILADMIN_BASE_URL = LANTOA_BASE_URL
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_WORKFLOW_CANCEL_ON_PUBLISH = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "lantoa.newsroom.finish.publish_approved"
WAGTAILIMAGES_IMAGE_MODEL = "newsroom.NewsImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "lantoa.newsroom.library_forms.LibraryImageForm"
WAGTAILIMAGES_AVIF_QUALITY, WAGTAILIMAGES_WEBP_QUALITY = 55, 72
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # nothing is fetched from other houses
WAGTAILDOCS_EXTENSIONS = [
    "pdf", "docx", "xlsx", "csv", "txt", "mp3", "m4a", "ogg", "opus", "wav", "mp4", "webm", "vtt",
]  # fmt: skip
WAGTAILDOCS_DOCUMENT_FORM_BASE = "lantoa.newsroom.library_forms.LibraryDocumentForm"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "simple"}}
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LANTOA_LOG_LEVEL", default="WARNING")},
}
