"""Pages of persons and posts."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from people.views.home import home
from people.views.person import person
from people.views.pictures import face, initials_picture, post_picture
from people.views.post import post

urlpatterns: list[URLPattern | URLResolver] = [
    path("home/", home, name="home"),
    path("people/<slug:slug>/", person, name="person"),
    path("desk/", include("people.desk_urls")),
    path("posts/<int:post_id>/", post, name="post"),
    path("faces/initials/<slug:backdrop>/<str:letters>.svg", initials_picture, name="initials"),
    re_path(
        r"^media/faces/(?P<shard>[0-9a-f]{2})/(?P<stem>[0-9a-f]{32})-(?P<size>face|320|640)\.avif\Z", face, name="face"
    ),
    re_path(
        r"^media/pictures/(?P<shard>[0-9a-f]{2})/(?P<stem>[0-9a-f]{32})-(?P<size>600|1200)\.avif\Z",
        post_picture,
        name="post-picture",
    ),
]
