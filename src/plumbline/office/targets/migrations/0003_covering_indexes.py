"""Indexes for counting values and indicators; triggers that also refuse moving a row into a frozen version."""

from django.db import migrations, models

from plumbline.office.targets import freeze


def forwards(apps, schema_editor):
    freeze.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("targets", "0002_frozen")]

    operations = [
        migrations.AddIndex(
            "indicatorvalue",
            models.Index(fields=["checkpoint", "state", "indicator_line"], name="value_of_checkpoint"),
        ),
        migrations.AddIndex("indicator", models.Index(fields=["project", "use"], name="indicator_use")),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
