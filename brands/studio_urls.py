"""The studio's shell below /studio/<brand>/: people, teams, topics, roles, settings, the audit log, first steps.

Other slices (enrolment, invitations) have their own url modules.
"""

from django.urls import URLPattern, path

from brands.views.studio import (
    audit,
    bulk,
    first,
    labels,
    people,
    person,
    posts,
    publishing,
    reports,
    roles,
    settings,
    stories,
    story_pictures,
)

urlpatterns: list[URLPattern] = [
    path("", people.studio, name="studio"),
    path("people/", people.people, name="studio-people"),
    path("people/export/", people.export, name="studio-people-export"),
    path("people/bulk/", bulk.bulk, name="studio-bulk"),
    path("people/bulk/<int:pk>/", bulk.bulk_act, name="studio-bulk-act"),
    path("people/bulk/<int:pk>/undo/", bulk.bulk_undo, name="studio-bulk-undo"),
    path("people/<int:enrolment_id>/", person.person, name="studio-person"),
    path("people/<int:enrolment_id>/edit/", person.edit, name="studio-person-edit"),
    path("people/<int:enrolment_id>/posts/", posts.posts, name="studio-person-posts"),
    path("people/<int:enrolment_id>/posts/<int:post_id>/remove/", posts.remove, name="studio-post-remove"),
    path("people/<int:enrolment_id>/removals/<int:removal_id>/put-back/", posts.put_back, name="studio-post-put-back"),
    path("people/<int:enrolment_id>/<slug:deed>/", person.do, name="studio-person-do"),
    *(
        pattern
        for kind in labels.KINDS
        for pattern in (
            path(f"{kind}/", labels.listing, {"kind": kind}, name=f"studio-{kind}"),
            path(f"{kind}/add/", labels.add, {"kind": kind}, name=f"studio-{kind}-add"),
            path(f"{kind}/<int:pk>/rename/", labels.rename, {"kind": kind}, name=f"studio-{kind}-rename"),
            path(f"{kind}/<int:pk>/delete/", labels.delete, {"kind": kind}, name=f"studio-{kind}-delete"),
        )
    ),
    path("reports/", reports.reports, name="studio-reports"),
    path("reports/<int:case_id>/take-off/", reports.take_off, name="studio-report-take-off"),
    path("reports/<int:case_id>/leave/", reports.leave, name="studio-report-leave"),
    path("stories/", stories.listing, name="studio-stories"),
    path("stories/new/", stories.write, name="studio-story-new"),
    path("stories/make/", stories.make, name="studio-story-make"),
    path("stories/<int:pk>/", stories.story, name="studio-story"),
    path("stories/<int:pk>/pictures/", story_pictures.change, name="studio-story-pictures"),
    path("stories/<int:pk>/pictures/<int:shown>/", story_pictures.picture, name="studio-story-picture"),
    path("stories/<int:pk>/change/", stories.change, name="studio-story-change"),
    path("stories/<int:pk>/end/", stories.end, name="studio-story-end"),
    path("publishing/", publishing.publishing, name="studio-publishing"),
    path("publishing/pause/", publishing.pause, name="studio-publishing-pause"),
    path("publishing/cap/", publishing.cap, name="studio-publishing-cap"),
    path("settings/", settings.settings, name="studio-settings"),
    path("settings/save/", settings.save, name="studio-settings-save"),
    path("settings/closing/", settings.closing, name="studio-closing"),
    path("settings/chorus/", settings.chorus, name="studio-chorus"),
    path("settings/chorus/save/", settings.save_chorus, name="studio-chorus-save"),
    path("roles/", roles.roles, name="studio-roles"),
    path("roles/give/", roles.give, name="studio-role-give"),
    path("roles/<int:pk>/change/", roles.change, name="studio-role-change"),
    path("roles/<int:pk>/take/", roles.take, name="studio-role-take"),
    path("audit/", audit.audit, name="studio-audit"),
    path("audit/export/", audit.export, name="studio-audit-export"),
    path("first-steps/<slug:key>/", first.say, name="studio-first"),
]
