"""Settings of a site that is nothing but the sandbox: what SandboxCopy serves from another process."""

from advocacy.settings import *  # noqa: F403

INSTALLED_APPS = [
    "advocacy",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "rest_framework",
    "advocacy.sandbox",
]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],  # noqa: F405
        "OPTIONS": {"context_processors": ["advocacy.context.site"], "builtins": ["advocacy.templatetags.chorus"]},
    }
]
AUTH_USER_MODEL = "auth.User"
ROOT_URLCONF = "tests.sandbox.urls"
CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
