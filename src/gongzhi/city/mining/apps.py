from django.apps import AppConfig


class MiningConfig(AppConfig):
    name = "gongzhi.city.mining"
    label = "mining"
    verbose_name = "过程挖掘"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gongzhi.city.mining import routine  # noqa: F401 - registers the periodic work
