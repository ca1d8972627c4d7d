"""A view, its address, and the document."""

from django.urls import path
from rest_framework.generics import ListAPIView
from rest_framework.renderers import JSONOpenAPIRenderer
from rest_framework.schemas import get_schema_view
from rest_framework.serializers import ModelSerializer

# filters: begin
import paramql as pq
from paramql.integrations.rest_framework import KeysetPagination, ParamqlFilterBackend

# filters: end
from shop import SCHEMA
from shop.models import Order


class OrderSerializer(ModelSerializer):
    class Meta:
        model = Order
        fields = ["id", "customer", "status", "placed", "total"]


# filters: begin
class OrderList(ListAPIView):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    filter_backends = [ParamqlFilterBackend]
    pagination_class = KeysetPagination
    filter_target = pq.target("django", SCHEMA, model=Order)


# filters: end
urlpatterns = [
    path("orders", OrderList.as_view()),
    path("openapi.json", get_schema_view(title="Orders", renderer_classes=[JSONOpenAPIRenderer])),
]
