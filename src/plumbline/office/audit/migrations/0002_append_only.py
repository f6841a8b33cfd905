"""The head row, and the triggers that make the records append-only."""

from django.db import migrations

from plumbline.office.audit import triggers


def forwards(apps, schema_editor):
    apps.get_model("audit", "Head").objects.get_or_create(pk=1)
    triggers.install(schema_editor.connection)


def backwards(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
