from django.apps import AppConfig


class WorkshopConfig(AppConfig):
    name = "gongzhi.city.workshop"
    label = "workshop"
    verbose_name = "机制工坊"
    default_auto_field = "django.db.models.BigAutoField"
