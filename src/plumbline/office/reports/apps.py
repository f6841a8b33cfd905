from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "plumbline.office.reports"
    label = "reports"
    verbose_name = "报表"
