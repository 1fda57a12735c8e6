"""Brands, below /api/v1/."""

from django.urls import URLPattern, path

from brands.api import views

urlpatterns: list[URLPattern] = [
    path("brands/", views.Brands.as_view(), name="api-brands"),
    path("brands/<slug:slug>/", views.BrandView.as_view(), name="api-brand"),
    path("brands/<slug:slug>/people/", views.BrandPeople.as_view(), name="api-brand-people"),
    path("brands/<slug:slug>/posts/", views.BrandPosts.as_view(), name="api-brand-posts"),
]
