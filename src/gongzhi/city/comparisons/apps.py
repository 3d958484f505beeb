from django.apps import AppConfig


class ComparisonsConfig(AppConfig):
    name = "gongzhi.city.comparisons"
    label = "comparisons"
    verbose_name = "名单比对"
    default_auto_field = "django.db.models.BigAutoField"
