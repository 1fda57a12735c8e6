"""The site's addresses and, below /bench/, the floors'."""

from django.urls import path

from advocacy.urls import urlpatterns as of_site
from tools.benching import api_floor, floors

urlpatterns = [
    path("bench/constant/<slug:name>/", floors.constant),
    path("bench/jinja/<slug:slug>/", floors.jinja_page),
    path("bench/pieces/<slug:slug>/", floors.pieces_page),
    path("bench/api/<slug:slug>/", api_floor.posts),
    *of_site,
]
