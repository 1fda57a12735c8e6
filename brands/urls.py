"""The first page, brands' pages, and a person's permanent link."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from brands.views.brand import brand, brand_colour, home_of_all
from brands.views.feeds import brand_feed, people_feed
from brands.views.follow import brand_follow
from brands.views.listing import leave_brand, listing
from brands.views.lists import people_file
from brands.views.machines import security, sitemap_index, sitemap_part
from brands.views.people import brand_people
from brands.views.robots import robots
from brands.views.share_card import brand_card
from brands.views.stories import public as brand_story

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home_of_all, name="home-of-all"),
    path("brands/<slug:slug>/", brand, name="brand"),
    path("brands/<slug:slug>/people/", brand_people, name="brand-people"),
    path("brands/<slug:slug>/follow/", brand_follow, name="brand-follow"),
    path("brands/<slug:slug>/stories/<slug:story>/", brand_story, name="brand-story"),
    re_path(r"^brands/(?P<slug>[-\w]+)/feed\.(?P<ending>atom|json)\Z", brand_feed, name="brand-feed"),
    re_path(r"^brands/(?P<slug>[-\w]+)/people/feed\.(?P<ending>atom|json)\Z", people_feed, name="people-feed"),
    re_path(
        r"^brands/(?P<slug>[-\w]+)/people\.(?P<ending>(?:mastodon\.)?csv|json|opml|vcf)\Z",
        people_file,
        name="people-file",
    ),
    re_path(r"^brands/(?P<slug>[-\w]+)/share-(?P<stem>[0-9a-f]{32})\.jpg\Z", brand_card, name="brand-card"),
    path("brands/<slug:slug>/colour.css", brand_colour, name="brand-colour"),
    path("listing/<str:token>/", listing, name="listing"),
    path("listing/<str:token>/leave/<int:enrolment_id>/", leave_brand, name="leave-brand"),
    path("", include("brands.invitation_urls")),
    path("studio/<slug:slug>/enrol/", include("brands.enrol_urls")),
    path("studio/<slug:slug>/", include("brands.studio_urls")),
    path("desk/", include("brands.desk_urls")),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap_index, name="sitemap"),
    re_path(
        r"^sitemap-(?P<kind>brands|people|posts)-(?P<number>[0-9]{1,15})\.xml\Z", sitemap_part, name="sitemap-part"
    ),
    path(".well-known/security.txt", security, name="security"),
]
