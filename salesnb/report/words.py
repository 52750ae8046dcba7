"""Words of the page that no notebook says: what it stands on, and the definitions."""

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.source.book import Book

# what the channel of a deal was taken from, as the reading says it
ORIGINS = {
    "channel": lambda v: v.say("the channel column of the export"),
    "source": lambda v: v.say("the source of the deal"),
    "pipeline": lambda v: v.say("the pipeline"),
    "params": lambda v: v.say("the map of the pipelines in the params"),
    "unknown": lambda v: v.say("nothing: the export names no channel"),
}


def about(book: Book) -> list[tuple[str, str]]:
    """Period, snapshot, freshness and rows of a page."""
    voice, rows = book.voice, book.rows
    origin = (
        ORIGINS[book.channel_from](voice) if book.channel_from in ORIGINS else book.channel_from
    )
    age = (book.snapshot - book.as_of).days
    return [
        (voice.say("Known up to"), voice.date(book.as_of)),
        (
            voice.say("Export of"),
            voice.date(book.snapshot)
            + (f" ({voice.say('later by')} {voice.days(age, 0)})" if age > 0 else ""),
        ),
        (voice.say("Channel from"), origin),
        (
            voice.say("Rows of the whole export"),
            voice.say(
                "{read} read, {kept} kept, {merged} merged, {aside} set aside",
                read=voice.count(rows["read"]),
                kept=voice.count(rows["kept"]),
                merged=voice.count(rows["merged"]),
                aside=voice.count(rows["set_aside"]),
            ),
        ),
    ]


def definitions(voice: Voice, thresholds: Thresholds) -> list[tuple[str, str]]:
    """The definitions, one click away from every figure."""
    say, days, least = (
        voice.say,
        voice.count(thresholds.landmark_days),
        voice.count(thresholds.benchmark_min_closed),
    )
    return [
        (
            say("Conversion"),
            say(
                "Won / (won + lost) of the deals whose last closing falls in the "
                "period. Open deals are left out."
            ),
        ),
        (
            say("95% interval"),
            say(
                "Where the true rate lies in 95 of 100 such cases, given so "
                "many deals. The fewer deals, the wider."
            ),
        ),
        (
            say("Deal length"),
            say(
                "Calendar days from creation to closing, over won and lost deals "
                "closed in the period. The same day is 0."
            ),
        ),
        (
            say("Cohort conversion"),
            say(
                "Of the deals created in a period, the share won by a "
                "given day; open deals still have time and are not counted "
                "as lost."
            ),
        ),
        (
            say("Rate at the same leads"),
            say(
                "The conversion that would be expected of a sales rep "
                "who got the same mix of leads as all sales reps of "
                "this page, drawn towards the average where the deals "
                "are few."
            ),
        ),
        (
            say("Gap"),
            say(
                "A sales rep's conversion of the month minus the average of this page "
                "(department or channel), taken apart into the five factors, quick "
                "closings, the manager and chance. The parts add up exactly."
            ),
        ),
        (
            say("Benchmark"),
            say(
                "The sales rep with the highest rate at the same leads and at "
                "least {n} closed deals, where the data tell who that is.",
                n=least,
            ),
        ),
        (
            say("Corridor of chance"),
            say(
                "Where the rates of sales reps would lie by chance and "
                "their usual spread, given their number of deals. One in "
                "twenty lies outside by chance alone."
            ),
        ),
        (
            say("Landmark day"),
            say(
                "Day {n} after a deal was created. A factor counts only as it "
                "was known by then: a deal that lives longer collects more of "
                "everything.",
                n=days,
            ),
        ),
        (
            say("Touch"),
            say(
                "One event of contact with the client: a call, an e-mail, a meeting, a "
                "message. Those of robots do not count."
            ),
        ),
        (
            say("Associated with"),
            say(
                "Goes together with more than chance would explain. It does "
                "not say that one makes the other."
            ),
        ),
        (
            say("ABC"),
            say(
                "Clients or products by value of the last 12 months: the first 80% of "
                "the value are A, up to 95% B, the rest C, without sales N."
            ),
        ),
        (
            say("XYZ"),
            say(
                "How steady the monthly value is: X varies by up to 10%, Y by up to 25%, Z by more."
            ),
        ),
        (
            say("Won amount"),
            say(
                "Sum of the won deals closed in the period; deals in a currency "
                "without a rate are left out."
            ),
        ),
        (
            say("Plan"),
            say(
                "What was paid in the period against the plan of the period, refunds "
                "taken off; without a table of payments what was won. Payments come "
                "later than deals are won, so the two differ."
            ),
        ),
    ]
