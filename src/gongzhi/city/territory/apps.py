from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "gongzhi.city.territory"
    label = "territory"
    verbose_name = "地域与机构"

    def ready(self) -> None:
        from gongzhi.city.territory import checks  # noqa: F401 - registers doctor's checks
