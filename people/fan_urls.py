"""Following people, and whom one follows."""

from django.urls import URLPattern, path, re_path

from people.views import fan_people, following

urlpatterns: list[URLPattern] = [
    path("people/<slug:slug>/follow/", following.follow, name="follow"),
    path("people/<slug:slug>/follow/from-mastodon/", following.from_mastodon, name="follow-from-mastodon"),
    path("following/asked/", following.asked, name="follow-asked"),
    path("following/done/", following.done, name="follow-done"),
    path("following/<str:token>/", following.confirm, name="follow-confirm"),
    path("home/people/", fan_people.people, name="home-people"),
    path("home/people/settle/", fan_people.settle, name="home-people-settle"),
    path("home/people/erase/", fan_people.erase, name="home-people-erase"),
    path("home/people/end/", fan_people.end, name="home-people-end"),
    path("home/people/<int:person_id>/", fan_people.change, name="home-people-change"),
    re_path(r"^home/people/mine\.(?P<ending>json|opml)\Z", fan_people.export, name="home-people-export"),
]
