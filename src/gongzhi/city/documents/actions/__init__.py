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
from gongzhi.city.documents.actions.redacting import (
    LARGEST,
    find_redaction,
    finish_redaction,
    mark_box,
    mark_words,
    open_original,
    redact_again,
    start_redaction,
    unmark,
)
from gongzhi.city.documents.actions.sealing import Wanted, seal_paper, turn_formal
from gongzhi.city.documents.actions.standing import record_use, withdraw_paper

__all__ = [
    "LARGEST",
    "Wanted",
    "find_redaction",
    "finish_redaction",
    "import_certificate",
    "issue_certificate",
    "mark_box",
    "mark_words",
    "next_number",
    "open_original",
    "record_use",
    "redact_again",
    "renew_certificate",
    "resume_certificate",
    "revoke_certificate",
    "seal_paper",
    "start_redaction",
    "suspend_certificate",
    "turn_formal",
    "unmark",
    "withdraw_paper",
]
