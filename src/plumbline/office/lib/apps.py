from django.apps import AppConfig


class LibConfig(AppConfig):
    """No models: installed for its template tags and management of shared topics."""

    name = "plumbline.office.lib"
    label = "lib"
    verbose_name = "公共"
