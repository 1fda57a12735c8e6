"""Pages of persons and posts."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from people.views import reports
from people.views.desk.manifest import manifest
from people.views.erasures import erasure
from people.views.home import account, home, mark_read, more_people, new_posts
from people.views.outgoing import person_feed, person_vcard
from people.views.person import person
from people.views.pictures import face, initials_picture, post_picture
from people.views.post import post
from people.views.share_cards import person_card

urlpatterns: list[URLPattern | URLResolver] = [
    path("home/", home, name="home"),
    path("home/new/", new_posts, name="home-new"),
    path("home/read/", mark_read, name="home-read"),
    path("home/more/", more_people, name="home-more"),
    path("home/account/", account, name="home-account"),
    path("people/<slug:slug>/", person, name="person"),
    path("", include("people.fan_urls")),
    path("", include("people.letter_urls")),
    re_path(r"^people/(?P<slug>[-\w]+)/share-(?P<stem>[0-9a-f]{32})\.jpg\Z", person_card, name="person-card"),
    path("people/<slug:slug>.vcf", person_vcard, name="person-vcard"),
    re_path(r"^people/(?P<slug>[-\w]+)/feed\.(?P<ending>atom|json)\Z", person_feed, name="person-feed"),
    path("desk/", include("people.desk_urls")),
    path("manifest.webmanifest", manifest, name="desk-manifest"),
    path("erased/<slug:key>/", erasure, name="erasure"),
    path("posts/<int:post_id>/", post, name="post"),
    path("posts/<int:post_id>/report/", reports.report, name="report"),
    path("reports/sent/", reports.sent, name="report-sent"),
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
