"""All settings, from the environment. Three profiles: local (make run), test, production; nonsense stops the start."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from advocacy import running
from advocacy.environment import Environment
from advocacy.loglines import without_readyz

env = Environment()
# what may hold a secret can be a file: ENCRYPTION_KEYS_FILE=/run/secrets/keys
env.from_files(
    "SECRET_KEY",
    *("SECRET_KEY_FALLBACKS", "ENCRYPTION_KEYS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"),
    *("X_BEARER_TOKEN", "X_CLIENT_SECRET"),
)
BASE_DIR = Path(__file__).resolve().parent.parent

PROFILE = env.str("PROFILE", default="local")
if PROFILE not in {"local", "test", "production"}:
    raise ImproperlyConfigured(f"PROFILE is {PROFILE!r}; it must be local, test or production")
PRODUCTION = PROFILE == "production"
DEBUG = env.bool("DEBUG", default=False)
if DEBUG and PRODUCTION:
    raise ImproperlyConfigured("DEBUG cannot be on with PROFILE=production")

# Where this copy lives
DATA_DIR = env.folder("DATA_DIR", default=BASE_DIR / "var", written=not PRODUCTION)
RUNNING = {} if PRODUCTION else running.read(DATA_DIR)
PORT = env.int("PORT", default=RUNNING.get("port", 8000), lowest=1, highest=65_535)
REAL_DATA_DIR = Path(env.str("REAL_DATA_DIR", default=str(BASE_DIR.parent / "shared" / "data")))
SITE_NAME = env.line("SITE_NAME", default="Chorus")
SITE_URL = env.site("SITE_URL", default=f"http://localhost:{PORT}")
if PRODUCTION and not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL is not set to an https address; it must look like https://people.example.com")
HOME_BRAND = env.slug("HOME_BRAND")
SECURITY_CONTACT = env.contact("SECURITY_CONTACT")

# Secrets: from the environment in production, from files made once elsewhere; there is no default secret
SECRET_KEY = env.str("SECRET_KEY") if PRODUCTION else env.str("SECRET_KEY", default="")
SECRET_KEY = SECRET_KEY or running.secret(DATA_DIR, "secret-key")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# What seals secrets in the database: Fernet keys, newest first; older ones still open what they sealed
ENCRYPTION_KEYS = env.fernet_keys(
    "ENCRYPTION_KEYS", default=None if PRODUCTION else running.secret(DATA_DIR, "encryption-key", size=32)
)

ALLOWED_HOSTS = (
    env.list("ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname])
    if PRODUCTION
    else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS = [SITE_URL] if PRODUCTION else []
CSRF_FAILURE_VIEW = "people.views.turned_away.turned_away"

# The sandbox: a pretend network for demo, development and tests; it does not exist in production
SANDBOX = not PRODUCTION and env.bool("SANDBOX", default=True)

INSTALLED_APPS = [
    "advocacy",
    "people",
    "brands",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "drf_spectacular",
]
if SANDBOX:
    INSTALLED_APPS += ["advocacy.sandbox"]

MIDDLEWARE = [
    "advocacy.headers.headers",
    "django.middleware.security.SecurityMiddleware",
    "advocacy.pages.from_memory",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "advocacy.behind.behind_sign_in",
    "advocacy.nul.without_nul",
    "people.last_change.note_last_change",
    "brands.second_step.second_step",
]

ROOT_URLCONF = "advocacy.urls"
FORCE_SCRIPT_NAME = ""  # the site is at the root of its host: no header of a reader's moves addresses on kept pages
WSGI_APPLICATION = "advocacy.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "advocacy.context.site",
            ],
            "builtins": ["advocacy.templatetags.chorus"],
        },
    }
]

# The database: DATABASE_URL, else a SQLite file (WAL and IMMEDIATE, so that two writers wait instead of failing)
if PRODUCTION and not env.str("DATABASE_URL", default=""):
    raise ImproperlyConfigured("DATABASE_URL is not set; it must look like postgres://user:password@host:5432/name")
DATABASE_URL = RUNNING.get("database_url") or f"sqlite:///{DATA_DIR / 'chorus.sqlite3'}"
DATABASES = {"default": env.database("DATABASE_URL", default=DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # tests use a file too: a database in memory locks tables in a way that no waiting helps against
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
        "PRAGMA mmap_size=134217728;PRAGMA journal_size_limit=27103364;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Valkey or Redis: REDIS_URL, else the one of the running copy, else none (commands then work without doorbells)
REDIS_URL = env.broker("REDIS_URL", default=RUNNING.get("redis_url", ""))
if PRODUCTION and not REDIS_URL:
    raise ImproperlyConfigured("REDIS_URL is not set; it must look like redis://host:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://") + ("?db=1" if "socket" in REDIS_URL else ""),
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
# memory of each web process for public pages as they were last drawn, in MB; 0: every page is drawn anew
PAGE_CACHE_MB = env.int("PAGE_CACHE_MB", default=0 if PROFILE == "test" else 32, lowest=0, highest=4_096)
# the same for the parts from which pages are drawn: the HTML of single posts, the frames of brands' pages
PART_CACHE_MB = env.int("PART_CACHE_MB", default=0 if PROFILE == "test" else 16, lowest=0, highest=4_096)
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False  # a message is a hint: the next tick finds the work in the database
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_PRIORITY = 6  # 0 goes first: reading and drawing may wait for a worker, posts that are due may not
CELERY_TASK_ANNOTATIONS = {  # not routes: the default priority above would win against theirs
    # finding what is due goes before what it rings for: a thousand posts do not keep the next thousand from being found
    "people.tasks.dispatch": {"priority": 0},
    "people.tasks.watch_deliveries": {"priority": 0},
    "people.tasks.finish": {"priority": 1},  # what may be out already goes before what is not
    "people.tasks.deliver": {"priority": 3},
}
CELERY_BEAT_SCHEDULER = "advocacy.beat:Clock"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 1800}

# Sign-in (django-allauth): an e-mail address and a code by mail, or a password; passkeys and TOTP on offer
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/home/"
BEHIND_SIGN_IN = ("/home/", "/desk/", "/studio/")
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)  # how many proxies of ours add to X-Forwarded-For
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_ADAPTER = "people.logins.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # without the second the sign-in page takes no password
ACCOUNT_FORMS = {
    "login": "advocacy.signin.SignIn",
    "request_login_code": "advocacy.signin.SignInByCode",
    "signup": "advocacy.signin.SignUp",  # which takes no password
}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # they are written, for the time that takes; the adapter sends none of them
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
WRONG_PASSWORDS = env.int("WRONG_PASSWORDS", default=60, lowest=10)  # in ten minutes, of unknown browsers, site-wide
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
MFA_ADAPTER = "advocacy.signin.SealedSecondStep"
MFA_FORMS = {"add_webauthn": "advocacy.signin.AddPasskey"}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # http://localhost is a secure context for browsers
REQUIRE_MFA = env.bool("REQUIRE_MFA", default=PRODUCTION)
MESSAGE_TAGS = {20: "", 25: "good", 30: "warn", 40: "bad"}  # info, success, warning, error: classes of voices.css

# The API, and the sandbox's: what a view does not say itself is closed. REST framework is no app here: its own pages,
# with their scripts, exist nowhere
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": SITE_NAME,
    "DESCRIPTION": "People of brands, and what they say in public. Read-only.",
    "VERSION": "1",
    "SERVERS": [{"url": SITE_URL}],
    "PREPROCESSING_HOOKS": ["people.api.schema.only_the_api"],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
}
API_PER_MINUTE = env.int("API_PER_MINUTE", default=60, lowest=1)  # requests of one address without a key
API_KEY_PER_MINUTE = env.int("API_KEY_PER_MINUTE", default=600, lowest=1)  # requests with one key

# Cookies, headers
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
KNOWN_BROWSER_COOKIE_NAME = "__Host-known" if PRODUCTION else "known"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_REDIRECT_EXEMPT = [r"^livez/?$", r"^readyz/?$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}

# Files
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "media/"
WHITENOISE_USE_FINDERS = not PRODUCTION
STATIC_STORAGES = {  # by profile; a page names a file by its content, so that browsers need not ask for it again
    "production": "whitenoise.storage.CompressedManifestStaticFilesStorage",
    "local": "advocacy.collected.Storage",
    "test": "django.contrib.staticfiles.storage.StaticFilesStorage",
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_STORAGES[PROFILE]},
}

# Mail: EMAIL_URL, else files that /mail/ lists; nothing leaves a local copy
EMAIL_URL = env.str("EMAIL_URL", default="")
MAILBOX = not PRODUCTION and not EMAIL_URL
if EMAIL_URL:
    globals().update(env.mail("EMAIL_URL"))
elif PRODUCTION:
    raise ImproperlyConfigured("EMAIL_URL is not set; it must look like smtp+tls://user:password@host:587")
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 20  # seconds; a mail server that hangs must not hold a worker
DEFAULT_FROM_EMAIL = env.line("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <no-reply@{urlsplit(SITE_URL).hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# who reads answers to letters that no person opened; letters show it
CONTACT_EMAIL = env.mailbox("CONTACT_EMAIL")
MAIL_PER_MINUTE = env.int("MAIL_PER_MINUTE", default=60, lowest=1)  # letters but those to fans, over all workers
LETTERS_PER_MINUTE = env.int("LETTERS_PER_MINUTE", default=600, lowest=1)  # letters to fans, over all workers

# Language and time
LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = "UTC"

# Networks
X_BEARER_TOKEN = env.token("X_BEARER_TOKEN")
X_API_BASE = env.web("X_API_BASE", default="https://api.x.com")
SANDBOX_BEARER_TOKEN = running.secret(DATA_DIR, "sandbox-token") if SANDBOX else ""
if SANDBOX and not X_BEARER_TOKEN:
    X_BEARER_TOKEN = SANDBOX_BEARER_TOKEN
    X_API_BASE = env.web("X_API_BASE", default=f"http://127.0.0.1:{PORT}/sandbox/x")
# where readers see posts and profiles: X, or the sandbox's own pages
X_WEB_BASE = env.web("X_WEB_BASE", default="/sandbox" if "/sandbox/" in X_API_BASE else "https://x.com", or_path=True)
# the app by which people link their accounts; the sandbox has one for this copy. No secret: a public client
X_CLIENT_ID = env.token("X_CLIENT_ID")
X_CLIENT_SECRET = env.token("X_CLIENT_SECRET")
SANDBOX_APP: dict[str, Any] = {}
if SANDBOX and not X_CLIENT_ID and "/sandbox/" in X_API_BASE:
    X_CLIENT_ID, X_CLIENT_SECRET = "this-copy", running.secret(DATA_DIR, "sandbox-client-secret")
    SANDBOX_APP = {
        "client_id": X_CLIENT_ID,
        "secret": X_CLIENT_SECRET,
        "callbacks": [f"{SITE_URL}/desk/accounts/callback/x/"],
    }
READ_REPOSTS = env.bool("READ_REPOSTS", default=False)
_YEAR = 366 * 86_400
# a look-up costs 0.010 USD on X
PROFILE_REFRESH_SECONDS = env.int("PROFILE_REFRESH_SECONDS", default=7 * 86_400, lowest=1, highest=_YEAR)
COMPLIANCE_SECONDS = env.int("COMPLIANCE_SECONDS", default=86_400, lowest=1, highest=_YEAR)
LOOKUPS_PER_DAY = env.int("LOOKUPS_PER_DAY", default=0)  # posts re-read to find deletions, 0.005 USD each; 0 = none
# how far back the pictures of posts are fetched and kept here; 0 = none, the pages then name them with a link
POST_PICTURES_DAYS = env.int("POST_PICTURES_DAYS", default=90, highest=36_500)
# how often an account is read, at most and at least; a local copy asks its sandbox more often, which costs nothing
_SHORTEST, _LONGEST = (60, 600) if PROFILE == "local" and "/sandbox/" in X_API_BASE else (300, 86_400)
SYNC_LONGEST_SECONDS = env.int("SYNC_LONGEST_SECONDS", default=_LONGEST, lowest=30, highest=_YEAR)
SYNC_SHORTEST_SECONDS = env.int("SYNC_SHORTEST_SECONDS", default=_SHORTEST, lowest=30, highest=SYNC_LONGEST_SECONDS)
# Publishing (docs/publishing.md). Which networks can be written to, by their publishers
PUBLISHERS: dict[str, str] = {"x": "people.networks.x_publish.XPublisher"}
# networks where an ambiguous send that two readings do not find is sent once more; elsewhere a person decides
PUBLISH_AUTO = env.list("PUBLISH_AUTO", default=[])
POSTING_CAP_USD = env.int("POSTING_CAP_USD", default=20, highest=1_000_000)  # what posting may cost in a calendar month
OPERATOR_EMAIL = env.str("OPERATOR_EMAIL", default="")  # who is told of posts that are overdue, and of caps
# the protocol's times in seconds: a run holds its row for `lease`; longer than `send` + `spare`
PUBLISHING_SECONDS = {
    "send": 30,  # one deadline over a whole call
    "spare": 15,  # a send begins only if so much of the lease is left over after it
    "lease": 90,
    "quiet": 120,  # after an ambiguous send, before it is looked for
    "apart": 180,  # between two readings that find nothing
    "late": 3_600,  # after the due time nothing is sent any longer
    "hold": 30,  # time to take back what goes out now
    "jitter": 180,  # round times are spread over this
    "again": 60,  # a hint that nobody followed is repeated, a row that was put back looked at again
    "held": 300,  # a held row is looked at again
    "unread": 86_400,  # so long a network may keep us from reading back before a person is asked
    "dispatcher": 30,  # whose turn it is to dispatch
}
# The door refuses private addresses; these exact host:port pairs are let through (never in production)
DOOR_ALLOW = frozenset() if PRODUCTION else env.doors("DOOR_ALLOW", default=[f"127.0.0.1:{PORT}"])

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "advocacy.loglines.Line", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "filters": {"without_readyz": {"()": "django.utils.log.CallbackFilter", "callback": without_readyz}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_readyz"]}},
    "root": {"handlers": ["console"], "level": env.among("LOG_LEVEL", LEVELS, default="INFO")},
    # at DEBUG these print bearer tokens and bodies
    "loggers": {name: {"level": "INFO"} for name in ("tweepy", "oauthlib", "requests_oauthlib", "urllib3")},
}
