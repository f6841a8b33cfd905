"""Settings of the tests: the product's own, on a throw-away data folder.

SQLite is a file, as in production, so that locks and WAL behave alike. `DATABASE_URL` chooses
PostgreSQL. Only what a test cannot afford is changed: slow password hashes and hashed file names.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="plumbline-tests-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
for name in [
    name for name in os.environ if name.startswith("PLUMBLINE_") and name != "PLUMBLINE_SCREENSHOTS"
]:
    del os.environ[name]
os.environ["PLUMBLINE_DATA"] = str(FOLDER)
os.environ["PLUMBLINE_HOSTS"] = "localhost 127.0.0.1 testserver"
#: Playwright runs an event loop in the test's own thread; the ORM is still called from one thread.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from plumbline.office.settings import *  # noqa: E402, F403
from plumbline.office.settings import DATABASES, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(FOLDER / "test.sqlite3")}
DATABASES["default"]["CONN_MAX_AGE"] = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
