"""What comes in from outside, and the alerts that watches raise."""

from gongzhi.city.alerts.models.feeds import Alias, Batch, Finding

__all__ = ["Alias", "Batch", "Finding"]
