"""The invitation's page and its steps, below one secret address, and the proof of accounts."""

from django.urls import URLPattern, path

from brands.views import invitation, proof

urlpatterns: list[URLPattern] = [
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
    path("invitations/<str:token>/later/", invitation.later, name="invitation-later"),
    path("invitations/<str:token>/no/", invitation.no, name="invitation-no"),
    path("invitations/<str:token>/accounts/", invitation.accounts, name="invitation-accounts"),
    path("invitations/<str:token>/accounts/<int:account_id>/forget/", invitation.forget, name="invitation-forget"),
    path("invitations/<str:token>/posts/", invitation.posts, name="invitation-posts"),
    path("invitations/<str:token>/line/", invitation.line, name="invitation-line"),
    path("invitations/<str:token>/preview/", invitation.preview, name="invitation-preview"),
    path("invitations/<str:token>/yes/", invitation.yes, name="invitation-yes"),
    path("listing/<str:token>/accounts/", proof.accounts, name="listing-accounts"),
    path("listing/<str:token>/accounts/<int:account_id>/look/", proof.look, name="listing-look"),
]
