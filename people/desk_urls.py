"""The part of the desk that is the person's alone, with or without a brand."""

from django.urls import URLPattern, path

from people.views.desk import my_page, said, settings

urlpatterns: list[URLPattern] = [
    path("my-page/", my_page.my_page, name="desk-my-page"),
    path("my-page/line/", my_page.line_preview, name="desk-line-preview"),
    path("my-page/portrait/", my_page.portrait, name="desk-portrait"),
    path("posts/", said.posts, name="desk-own-posts"),
    path("posts/<int:post_id>/quiet/", said.quiet, name="desk-quiet"),
    path("said/", said.said, name="desk-said"),
    path("said/new/", said.say, name="desk-say"),
    path("said/<int:post_id>/", said.change, name="desk-said-change"),
    path("said/<int:post_id>/delete/", said.unsay, name="desk-said-unsay"),
    path("settings/", settings.settings, name="desk-settings"),
    path("settings/sessions/end/", settings.end_sessions, name="desk-sessions-end"),
    path("settings/page/", settings.turn_page, name="desk-turn-page"),
    path("settings/parcel/", settings.ask_parcel, name="desk-parcel-ask"),
    path("settings/parcel/mine.zip", settings.fetch_parcel, name="desk-parcel"),
]
