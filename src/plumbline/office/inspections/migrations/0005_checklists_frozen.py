"""The triggers that keep a published checklist as it was published."""

from django.db import migrations

from plumbline.office.inspections import freeze


def forwards(apps, schema_editor):
    freeze.install(schema_editor.connection)


def backwards(apps, schema_editor):
    freeze.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("inspections", "0004_checklist_items")]

    operations = [migrations.RunPython(forwards, backwards)]
