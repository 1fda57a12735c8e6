"""Invitations and join links: the pages of whoever is asked, the proof of accounts, and the studio's side."""

from django.urls import URLPattern, path

from brands.views import invitation, join, proof
from brands.views.studio import invitations, join_links

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
    path("join/asked/", join.asked, name="join-asked"),
    path("join/<str:token>/", join.join, name="join"),
    path("studio/<slug:slug>/invitations/", invitations.invitations, name="studio-invitations"),
    path("studio/<slug:slug>/invitations/write/<int:enrolment_id>/", invitations.write, name="studio-invitation-write"),
    path("studio/<slug:slug>/invitations/<int:pk>/resend/", invitations.resend, name="studio-invitation-resend"),
    path("studio/<slug:slug>/invitations/<int:pk>/revoke/", invitations.revoke, name="studio-invitation-revoke"),
    path("studio/<slug:slug>/join/", join_links.join_links, name="studio-join"),
    path("studio/<slug:slug>/join/<int:pk>/", join_links.join_link, name="studio-join-link"),
    path("studio/<slug:slug>/join/<int:pk>/code.svg", join_links.qr_code, name="studio-join-code"),
    path("studio/<slug:slug>/join/<int:pk>/revoke/", join_links.revoke, name="studio-join-revoke"),
    path("studio/<slug:slug>/join/requests/<int:pk>/<slug:deed>/", join_links.answer, name="studio-join-answer"),
]
