"""Calls with the deals they belong to, as a page and a list may name them."""

import re
from collections.abc import Callable

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.frames import BookLike, collect
from salesnb.render.cells import deal_address

OF_DEAL = ("deal_id", "title", "client_id")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
NUMBER = re.compile(r"(?<!\d)\+?\d(?:[\s()\-\u00a0]*\d){9,13}(?!\d)")
MOBILE = re.compile(r"[78]9\d{9}")  # a Russian mobile phone that no client of the list has


def contacts_hidden(book: BookLike) -> Callable[[str], str]:
    """Text without e-mails and phones: long numbers that are a client's, or look like a mobile
    phone. Ids and times in an address stay.
    """
    clients = book.unfiltered.clients
    known = set() if clients is None else set(collect(clients.select("phone"))["phone"].dropna())
    phones = {re.sub(r"\D", "", str(phone))[-10:] for phone in known}

    def hidden(found: re.Match) -> str:
        digits = re.sub(r"\D", "", found[0])
        is_phone = digits[-10:] in phones or MOBILE.fullmatch(digits)
        return "***" if is_phone else found[0]

    return lambda text: NUMBER.sub(hidden, MAIL.sub("***", str(text)))


def with_deals(book: BookLike, calls: pd.DataFrame) -> pd.DataFrame:
    """Calls with title, client_id and link of their deals ("" where there is none). What holds a
    phone or an e-mail is shown without it; an address of a recording that does is left out.

    `calls` : deal_id and record_url among its columns
    """
    hide = contacts_hidden(book)
    deals = collect(book.unfiltered.deals.select(*OF_DEAL))
    deals = deals[deals["deal_id"].isin(calls["deal_id"].dropna())]
    found = calls.merge(deals.astype(object), on="deal_id", how="left")
    blank = found.astype(object).where(found.notna(), None)
    urls = [url if url == hide(url) else "" for url in blank["record_url"].fillna("")]
    return found.assign(
        title=[hide(title) for title in blank["title"].fillna("")],
        client_id=[hide(client) for client in blank["client_id"].fillna("")],
        record_url=urls,
        link=[deal_address(book.params.crm_url, deal) if deal else "" for deal in blank["deal_id"]],
    )


def deal_names(calls: pd.DataFrame, voice: Voice) -> list[str]:
    """How the deal of each call is named: by its title, else by its id."""
    return [
        title or (voice.say("deal {id}", id=deal) if deal else voice.say("no deal"))
        for title, deal in zip(calls["title"], calls["deal_id"].fillna(""), strict=True)
    ]


def made_at(calls: pd.DataFrame, voice: Voice) -> list[str]:
    """Day and time of each call."""
    return [f"{voice.date(at)}, {at:%H:%M}" for at in calls["at"]]
