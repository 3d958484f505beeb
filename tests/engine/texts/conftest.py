"""The citizens' messages that these tests read, where they are present."""

import csv
import os
from datetime import datetime
from pathlib import Path

import pytest

from gongzhi.engine.texts import Message

REPO = Path(__file__).parents[3]


def rows_of(name):
    folder = Path(os.environ.get("GONGZHI_DATA") or REPO.parent / "shared" / "data")
    path = folder / "messages" / name
    if not path.is_file():
        pytest.skip(f"{name} is not here: set GONGZHI_DATA to the folder of the real inputs")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def messages_of(name):
    return [
        Message(
            id=row["id"],
            user=row["user"],
            at=datetime.fromisoformat(row["time"]).astimezone(),
            text=row["text"],
            subject=row["subject"],
            likes=int(row["likes"]),
            dislikes=int(row["dislikes"]),
        )
        for row in rows_of(name)
    ]


@pytest.fixture(scope="session")
def labelled():
    """(texts as subject and body, labels) of the labelled messages."""
    rows = rows_of("labelled.csv")
    return [f"{row['subject']}\n{row['text']}" for row in rows], [row["category_l1"] for row in rows]


@pytest.fixture(scope="session")
def hot():
    """4,326 messages of one city."""
    return messages_of("hot.csv")


@pytest.fixture(scope="session")
def sample30():
    """30 messages with two hot issues."""
    return messages_of("hot_sample30.csv")
