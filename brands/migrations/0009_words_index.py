"""An index by which PostgreSQL finds posts by their words; SQLite reads them one after the other.

The word "@12" stands for brand 12, so that a word that only other brands' people use costs nothing. Needs no extension.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FUNCTION = """
CREATE FUNCTION brandpost_lexemes(brand bigint, words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT array_to_tsvector(array_remove(string_to_array('@' || brand::text || rtrim(words), ' '), ''))
$$
"""
# new words wait in a list that every search reads through: 512 kB of it are read in a millisecond or two
INDEX = """
CREATE INDEX brandpost_words ON brands_brandpost USING gin (brandpost_lexemes(brand_id, words))
WITH (gin_pending_list_limit = 512) WHERE words <> ''
"""


def make(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the function and its index."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)
        schema_editor.execute(INDEX)


def drop(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take both away."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX brandpost_words")
        schema_editor.execute("DROP FUNCTION brandpost_lexemes(bigint, text)")


class Migration(migrations.Migration):
    dependencies = [("brands", "0008_words_of_posts")]

    operations = [migrations.RunPython(make, drop)]
