"""The memory book's own verbs; what every book does is in tests/contracts."""

import pytest

from appliance.core.errors import StorageUnavailable
from appliance.ports import Write
from appliance.simulation.books import MemoryBook


def put(number: int) -> Write:
    return Write(table="tickets", id=number, document={"n": number})


def test_it_fails_after_as_many_commits_as_it_was_told() -> None:
    book = MemoryBook()
    book.fail("The card is gone.", after=2)
    book.commit_now([put(1)])
    book.commit_now([put(2)])
    with pytest.raises(StorageUnavailable, match="The card is gone"):
        book.commit_now([put(3)])
    assert book.failure == "The card is gone."
    assert list(book.read("tickets")) == [1, 2]
    assert book.commits == 2


async def test_it_remembers_how_it_was_tidied() -> None:
    book = MemoryBook(damage=["After commit 4 comes commit 6."])
    await book.tidy(wipe=False)
    await book.tidy(wipe=True)
    assert book.tidied == [False, True]
    assert book.damage == ()
