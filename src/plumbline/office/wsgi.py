"""What the web server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plumbline.office.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402

if settings.CONFIG.proxies:
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers

    # scheme and client address come from the proxy, and only from it
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=list(settings.CONFIG.proxies))
