from django.apps import AppConfig


class PilotsConfig(AppConfig):
    name = "gongzhi.city.pilots"
    label = "pilots"
    verbose_name = "试点"
    default_auto_field = "django.db.models.BigAutoField"
