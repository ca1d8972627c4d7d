"""Django has settings before anything of it is imported."""

from __future__ import annotations

import django
from django.conf import settings

if not settings.configured:
    settings.configure(USE_TZ=True, USE_I18N=False)
    django.setup()
