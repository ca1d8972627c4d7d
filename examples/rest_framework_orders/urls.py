"""A view, its address, and the document."""

from django.urls import path
from rest_framework.generics import ListAPIView
from rest_framework.renderers import JSONOpenAPIRenderer
from rest_framework.schemas import get_schema_view
from rest_framework.serializers import ModelSerializer

# filters: begin
from paramql.integrations.models import schema_of, target_of
from paramql.integrations.rest_framework import KeysetPagination, ParamqlFilterBackend

# filters: end
from shop import SORTABLE, TOKENS
from shop.models import Order

SHOWN = ["id", "customer", "status", "placed", "total"]


class OrderSerializer(ModelSerializer):
    class Meta:
        model = Order
        fields = SHOWN


# filters: begin
SCHEMA = schema_of(Order, only=SHOWN, settings=SORTABLE, order="desc:placed", size=20, tokens=TOKENS)
# filters: end


class OrderList(ListAPIView):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    # filters: begin
    filter_backends = [ParamqlFilterBackend]
    pagination_class = KeysetPagination
    filter_target = target_of(SCHEMA)

    # filters: end


urlpatterns = [
    path("orders", OrderList.as_view()),
    path("openapi.json", get_schema_view(title="Orders", renderer_classes=[JSONOpenAPIRenderer])),
]
