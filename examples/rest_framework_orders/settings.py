"""Orders over HTTP with Django REST framework.

pip install 'paramql[django]' uritemplate inflection
python examples/rest_framework_orders/manage.py migrate
python examples/rest_framework_orders/manage.py runserver
curl 'http://127.0.0.1:8000/orders?status=sent&total=gte:900&size=5'   (and /openapi.json)
"""

import os
from typing import Any

SECRET_KEY = "of an example"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = ["rest_framework", "shop"]
ROOT_URLCONF = "urls"
USE_TZ = True
TIME_ZONE = "UTC"
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ.get("SHOP_DATABASE", "orders.sqlite")}
}
REST_FRAMEWORK: dict[str, Any] = {
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
# filters: begin
REST_FRAMEWORK["EXCEPTION_HANDLER"] = "paramql.integrations.rest_framework.exception_handler"
REST_FRAMEWORK["DEFAULT_SCHEMA_CLASS"] = "paramql.integrations.rest_framework.ProblemSchema"
# filters: end
