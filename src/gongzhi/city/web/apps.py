"""Registration of the web door with Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "gongzhi.city.web"
    label = "web"
    verbose_name = "网页"
