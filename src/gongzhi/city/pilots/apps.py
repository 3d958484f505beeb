from django.apps import AppConfig


class PilotsConfig(AppConfig):
    name = "gongzhi.city.pilots"
    label = "pilots"
    verbose_name = "试点"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gongzhi.city.pilots import checks, following, routine  # noqa: F401 - they register themselves
