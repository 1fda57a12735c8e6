"""The first page, brands' pages, and a person's permanent link."""

from django.urls import URLPattern, URLResolver, include, path

from brands.views.brand import brand, brand_colour, home_of_all
from brands.views.listing import leave_brand, listing
from brands.views.people import brand_people
from brands.views.robots import robots

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home_of_all, name="home-of-all"),
    path("brands/<slug:slug>/", brand, name="brand"),
    path("brands/<slug:slug>/people/", brand_people, name="brand-people"),
    path("brands/<slug:slug>/colour.css", brand_colour, name="brand-colour"),
    path("listing/<str:token>/", listing, name="listing"),
    path("listing/<str:token>/leave/<int:enrolment_id>/", leave_brand, name="leave-brand"),
    path("", include("brands.invitation_urls")),
    path("studio/<slug:slug>/enrol/", include("brands.enrol_urls")),
    path("studio/<slug:slug>/", include("brands.studio_urls")),
    path("desk/", include("brands.desk_urls")),
    path("robots.txt", robots, name="robots"),
]
