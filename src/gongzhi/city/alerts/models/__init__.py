"""What comes in from outside, and the alerts that watches raise."""

from gongzhi.city.alerts.models.alerts import Alert, RuleState, WatchRun
from gongzhi.city.alerts.models.feeds import Alias, Batch, Finding

__all__ = ["Alert", "Alias", "Batch", "Finding", "RuleState", "WatchRun"]
