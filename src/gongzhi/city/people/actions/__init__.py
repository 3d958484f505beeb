"""What is done with people's data: one verb, one function."""

from gongzhi.city.people.actions.accounts import close_account, create_account
from gongzhi.city.people.actions.erasure import erase
from gongzhi.city.people.actions.mandates import (
    Covers,
    Signature,
    drawn_image,
    revoke_mandate,
    show_mandate,
    sign_mandate,
    use_mandate,
)
from gongzhi.city.people.actions.residents import find_resident, remember_resident
from gongzhi.city.people.actions.revealing import reveal
from gongzhi.city.people.actions.rotation import Rotated, rotate_keys
from gongzhi.city.people.actions.tokens import issue_token, revoke_token

__all__ = [
    "Covers",
    "Rotated",
    "Signature",
    "close_account",
    "create_account",
    "drawn_image",
    "erase",
    "find_resident",
    "issue_token",
    "remember_resident",
    "reveal",
    "revoke_mandate",
    "revoke_token",
    "rotate_keys",
    "show_mandate",
    "sign_mandate",
    "use_mandate",
]
