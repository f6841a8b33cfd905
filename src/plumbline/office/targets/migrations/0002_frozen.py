"""The triggers that keep an approved version as it was approved."""

from django.db import migrations

from plumbline.office.targets import freeze


def forwards(apps, schema_editor):
    freeze.install(schema_editor.connection)


def backwards(apps, schema_editor):
    freeze.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("targets", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
