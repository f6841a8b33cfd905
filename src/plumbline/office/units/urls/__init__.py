"""Addresses of the room: every module here holds the `urlpatterns` of one topic."""

import pkgutil
from importlib import import_module

app_name = "units"

urlpatterns = [
    pattern
    for module in pkgutil.iter_modules(__path__)
    for pattern in import_module(f"{__name__}.{module.name}").urlpatterns
]
