"""Where everything is mounted."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView

from advocacy import health, mailbox, signin

handler500 = "people.api.problems.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^livez/?$", health.livez, name="livez"),
    re_path(r"^readyz/?$", health.readyz, name="readyz"),
    path("sign-in/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="sign-in"),
    path("sign-in/2fa/totp/picture.svg", signin.authenticator_picture, name="authenticator-picture"),
    # one's sessions stand at the desk, where reading them deletes none
    path("sign-in/sessions/", RedirectView.as_view(pattern_name="desk-settings"), name="sessions"),
    path("sign-in/", include("allauth.urls")),
    path("api/v1/", include("brands.api.urls")),
    path("api/v1/", include("people.api.urls")),
    path("", include("brands.urls")),
    path("", include("people.urls")),
]
if settings.SANDBOX:
    urlpatterns.append(path("sandbox/", include("advocacy.sandbox.urls")))
if settings.MAILBOX:
    urlpatterns.append(path("mail/", mailbox.mails, name="mailbox"))
    urlpatterns.append(path("mail/<str:key>/", mailbox.letter, name="mailbox-letter"))
