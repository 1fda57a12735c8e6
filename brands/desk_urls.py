"""The part of the desk that is about brands: where I appear."""

from django.urls import URLPattern, path

from brands.views import departure, desk, stories

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
    path("appearances/<int:enrolment_id>/leaving/", departure.leaving, name="desk-leaving"),
    path("appearances/<int:enrolment_id>/leave/", departure.leave, name="desk-leave"),
    path("appearances/<int:enrolment_id>/was-here/", departure.was_here, name="desk-was-here"),
    path("appearances/<int:enrolment_id>/tell/", departure.tell, name="desk-tell"),
    path("appearances/<int:enrolment_id>/farewell/", departure.farewell_card, name="desk-farewell"),
    path("stories/", stories.offered, name="desk-stories"),
    path("stories/pictures/<int:shown>/", stories.picture, name="desk-story-picture"),
    path("stories/<int:story_id>/take/", stories.take, name="desk-story-take"),
    path("stories/<int:story_id>/lead/", stories.lead, name="desk-story-lead"),
]
