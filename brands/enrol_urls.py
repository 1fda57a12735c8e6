"""Enrolling in the studio, below /studio/<brand>/enrol/: every step of an import has its own address."""

from django.urls import URLPattern, path

from brands.views.studio import enrol, enrol_check, enrol_done, enrol_person

urlpatterns: list[URLPattern] = [
    path("", enrol.choose_file, name="studio-enrol"),
    path("template.csv", enrol.template, name="studio-enrol-template"),
    path("person/", enrol_person.person, name="studio-enrol-person"),
    path("history/", enrol_done.history, name="studio-imports"),
    path("<int:import_id>/", enrol_done.progress, name="studio-import"),
    path("<int:import_id>/columns/", enrol.columns, name="studio-import-columns"),
    path("<int:import_id>/check/", enrol_check.check, name="studio-import-check"),
    path("<int:import_id>/check/mend/", enrol_check.mend, name="studio-import-mend"),
    path("<int:import_id>/check/upload/", enrol_check.upload, name="studio-import-upload"),
    path("<int:import_id>/check/problems.csv", enrol_check.problems, name="studio-import-problems"),
    path("<int:import_id>/changes/", enrol_check.changes, name="studio-import-changes"),
    path("<int:import_id>/start/", enrol_check.start, name="studio-import-start"),
    path("<int:import_id>/rows/", enrol_done.rows, name="studio-import-rows"),
    path("<int:import_id>/undo/", enrol_done.undo, name="studio-import-undo"),
]
