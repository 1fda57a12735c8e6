"""The sandbox's addresses: X API v2 below x/2/, a control room for tests, and its pages."""

from django.urls import path

from advocacy.sandbox import consent, control, intent, pages
from advocacy.sandbox.api import base, compliance, own, posts, search, timeline, uploads, users

app_name = "sandbox"
urlpatterns = [
    path("x/2/users/by", users.UsersBy.as_view()),
    path("x/2/users", users.Users.as_view()),
    path("x/2/users/me", own.Me.as_view()),
    path("x/2/users/<id>/mentions", own.Mentions.as_view()),
    path("x/2/users/<id>/tweets", timeline.Timeline.as_view()),
    path("x/2/tweets/search/recent", search.Recent.as_view()),
    path("x/2/tweets", posts.Posts.as_view()),
    path("x/2/tweets/<id>", own.Post.as_view()),
    path("x/2/media/upload/initialize", uploads.Initialize.as_view()),
    path("x/2/media/upload/<number>/append", uploads.Append.as_view()),
    path("x/2/media/upload/<number>/finalize", uploads.Finalize.as_view()),
    path("x/2/media/upload", uploads.Status.as_view()),
    path("x/2/media/metadata", uploads.Metadata.as_view()),
    path("x/2/oauth2/token", consent.token),
    path("x/2/oauth2/revoke", consent.revoke),
    path("i/oauth2/authorize", consent.authorize, name="authorize"),
    path("intent/post/", intent.write, name="intent"),
    path("x/2/compliance/jobs", compliance.Jobs.as_view()),
    path("x/2/compliance/jobs/<id>", compliance.Job.as_view()),
    path("x/files/<int:number>/<secret>/ids", compliance.upload, name="upload"),
    path("x/files/<int:number>/<secret>/result", compliance.download, name="download"),
    path("control/<verb>/", control.control, name="control"),
    path("", pages.inhabitants, name="inhabitants"),
    path("pictures/<int:number>-<int:version>.png", pages.profile_picture, name="profile-picture"),
    path("media/<slug:key>.png", pages.post_picture, name="post-picture"),
    path("<handle>/", pages.inhabitant, name="inhabitant"),
    path("<handle>/status/<int:number>/", pages.status, name="status"),
    path("x/<path:rest>", base.nothing),
]
