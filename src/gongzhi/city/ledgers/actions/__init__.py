"""What can be done to books."""

from gongzhi.city.ledgers.actions.exchanging import cancel, hand_over, order
from gongzhi.city.ledgers.actions.posting import Wanted, post
from gongzhi.city.ledgers.actions.reversing import reverse
from gongzhi.city.ledgers.actions.seasons import close_season

__all__ = ["Wanted", "cancel", "close_season", "hand_over", "order", "post", "reverse"]
