"""The part of the desk that is about brands: where I appear."""

from django.urls import URLPattern, path

from brands.views import desk

urlpatterns: list[URLPattern] = [
    path("", desk.first, name="desk"),
    path("appearances/", desk.appearances, name="desk-appearances"),
    path("appearances/accounts/<int:account_id>/look/", desk.look, name="desk-look"),
    path("appearances/<int:enrolment_id>/", desk.posts, name="desk-posts"),
    path("appearances/<int:enrolment_id>/posts/<int:post_id>/", desk.choose, name="desk-choose"),
    path("appearances/<int:enrolment_id>/accounts/<int:account_id>/", desk.set_account, name="desk-account"),
    path("appearances/<int:enrolment_id>/line/", desk.introduce, name="desk-introduce"),
    path("appearances/<int:enrolment_id>/pause/", desk.pause, name="desk-pause"),
    path("appearances/<int:enrolment_id>/resume/", desk.resume, name="desk-resume"),
    path("appearances/<int:enrolment_id>/leaving/", desk.leaving, name="desk-leaving"),
    path("appearances/<int:enrolment_id>/leave/", desk.leave, name="desk-leave"),
]
