"""Persons, posts and the API's description, below /api/v1/."""

from django.urls import URLPattern, path, re_path

from people.api import views

urlpatterns: list[URLPattern] = [
    path("", views.Start.as_view(), name="api"),
    path("schema/", views.Description.as_view(), name="api-schema"),
    path("people/<slug:slug>/", views.PersonView.as_view(), name="api-person"),
    path("people/<slug:slug>/posts/", views.PersonPosts.as_view(), name="api-person-posts"),
    path("posts/<int:post_id>/", views.PostView.as_view(), name="api-post"),
    # a path converter would leave out what holds a line break
    re_path(r"^(?P<rest>[\s\S]+)\Z", views.Nothing.as_view(), name="api-nothing"),
]
