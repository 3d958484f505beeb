from django.apps import AppConfig


class SimulationsConfig(AppConfig):
    name = "gongzhi.city.simulations"
    label = "simulations"
    verbose_name = "模拟"
    default_auto_field = "django.db.models.BigAutoField"
