from django.apps import AppConfig


class LibConfig(AppConfig):
    """Installed for its template tags, and for what the clock remembers."""

    name = "plumbline.office.lib"
    label = "lib"
    verbose_name = "公共"
    default_auto_field = "django.db.models.BigAutoField"
