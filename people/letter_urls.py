"""What the links in a letter to a fan lead to."""

from django.urls import URLPattern, path, re_path

from people.views.letters import letter_face, read, stop

urlpatterns: list[URLPattern] = [
    re_path(r"^letters/faces/(?P<stem>[0-9a-f]{32})\.jpg\Z", letter_face, name="letter-face"),
    path("letters/stop/<str:token>/", stop, name="letter-stop"),
    path("letters/<str:token>/", read, name="letter-read"),
]
