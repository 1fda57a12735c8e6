"""The studio's own pages below /studio/<brand>/; other slices (enrolment, invitations) have their own url modules."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
