"""Files that wait for the worker."""

from pathlib import Path

import pytest
from pytest_django import Settings

from advocacy.celery import app
from brands.importing.kept import drop_kept, import_kept, keep_file
from brands.importing.run import Wishes
from brands.models import Enrolment
from brands.tasks import import_kept_file
from tests.brands.importing.lists import ON_FILE
from tests.factories import make_brand, make_user

LIST = b"Name,X\nIngrid Solheim,ingrid\nNobody,\n"
WISHES = Wishes(where=["Name=Ingrid Solheim"], maps=["X=x_handle"], create_teams=True, scope=ON_FILE, mail=False)


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.mark.django_db
def test_the_worker_imports_what_was_kept_and_leaves_only_the_report(tmp_path: Path) -> None:
    brand, user = make_brand(), make_user()
    key = keep_file(brand=brand, content=LIST, wishes=WISHES, actor=user)
    folder = tmp_path / "imports" / key
    assert folder.stat().st_mode & 0o777 == 0o700
    import_kept_file(key)
    assert list(Enrolment.objects.values_list("brand", "person__name")) == [(brand.pk, "Ingrid Solheim")]
    assert sorted(path.name for path in folder.iterdir()) == ["report.csv", "summary.txt", "wishes.json"]
    assert "1 of 2 rows:" in (folder / "summary.txt").read_text()
    drop_kept(key)
    assert not folder.exists()


@pytest.mark.django_db
def test_a_message_that_comes_twice_does_nothing_the_second_time() -> None:
    key = keep_file(brand=make_brand(), content=LIST, wishes=WISHES, actor=None)
    assert import_kept(key) is not None
    assert import_kept(key) is None
    assert Enrolment.objects.count() == 1


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_leaves_a_sentence(tmp_path: Path) -> None:
    key = keep_file(brand=make_brand(), content=b"%PDF", wishes=WISHES, actor=None)
    import_kept_file(key)
    folder = tmp_path / "imports" / key
    assert (folder / "summary.txt").read_text() == (
        "The file is neither CSV nor XLSX: save the list in one of these two.\n"
    )
    assert not (folder / "file").exists()


@pytest.mark.parametrize("key", ["", "../../etc", "A" * 32, "a" * 33])
def test_a_key_is_no_path(key: str) -> None:
    with pytest.raises(ValueError, match="not the key"):
        import_kept(key)


def test_the_worker_knows_the_task() -> None:
    app.loader.import_default_modules()
    assert "brands.tasks.import_kept_file" in app.tasks
