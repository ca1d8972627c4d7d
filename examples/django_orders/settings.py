"""Orders over HTTP with Django.

pip install 'paramql[django]'
python examples/django_orders/manage.py migrate
python examples/django_orders/manage.py runserver
curl 'http://127.0.0.1:8000/orders?status=sent&total=gte:900&size=5'
"""

import os

SECRET_KEY = "of an example"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "urls"
USE_TZ = True
TIME_ZONE = "UTC"
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ.get("SHOP_DATABASE", "orders.sqlite")}
}
# filters: begin
MIDDLEWARE = ["paramql.integrations.django.ProblemMiddleware"]
# filters: end
