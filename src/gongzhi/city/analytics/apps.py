from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "gongzhi.city.analytics"
    label = "analytics"
    verbose_name = "分析"
    default_auto_field = "django.db.models.BigAutoField"
