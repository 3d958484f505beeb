from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "gongzhi.city.territory"
    label = "territory"
    verbose_name = "地域与机构"
