"""What can be done with papers and seals; one verb each."""

from gongzhi.city.documents.actions.certificates import (
    import_certificate,
    issue_certificate,
    renew_certificate,
    resume_certificate,
    revoke_certificate,
    suspend_certificate,
)
from gongzhi.city.documents.actions.numbering import next_number
from gongzhi.city.documents.actions.sealing import Wanted, seal_paper, turn_formal
from gongzhi.city.documents.actions.standing import record_use, withdraw_paper

__all__ = [
    "Wanted",
    "import_certificate",
    "issue_certificate",
    "next_number",
    "record_use",
    "renew_certificate",
    "resume_certificate",
    "revoke_certificate",
    "seal_paper",
    "suspend_certificate",
    "turn_formal",
    "withdraw_paper",
]
