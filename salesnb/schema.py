"""The canonical tables: every column, its type, its meaning and whether it may be missing.

This is the one place that says what a deal, a stage row or a touch looks like. docs/codebook.md is
generated from it.

Types: ``text`` (ids too: 19 digits survive), ``time`` (naive timestamp in the company's zone),
``date``, ``money`` (major units of `currency`), ``number``, ``bool``, ``month`` (text, YYYY-MM).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

STATUSES = ("won", "lost", "open")
LOST_CLASSES = ("no_contact", "not_buyer", "duplicate", "competitor", "other")
Function: TypeAlias = Literal["hunter", "closer", "farmer"]
FUNCTIONS: tuple[Function, ...] = get_args(Function)
ACTIVITY_METRICS = ("calls_out", "calls_in", "talk_minutes", "tasks_done")
MONEY_METRICS = ("amount", "payments")  # plans of these are money, of the others counts
PLAN_METRICS = (*MONEY_METRICS, "deals", "handed_over", *ACTIVITY_METRICS)
TOUCH_KINDS = ("call", "email", "meeting", "message", "task")
CALL_TYPES = ("needs", "objections")  # those that a colour stands on
UNKNOWN = (
    "unknown"  # a blank channel or an impossible owner: counted in totals, never shown as a person
)
OTHER = "Other"  # the channels too small for a page of their own
DEPARTMENT = "all"  # the name of the whole department where a channel is expected
UNKNOWN_LOST_REASON = "not given"


@dataclass(frozen=True)
class Column:
    """One column: `computed` ones are made by the source room, never read from an export."""

    name: str
    type: str
    meaning: str
    required: bool = False
    values: tuple[str, ...] = ()
    computed: bool = False
    personal: bool = False  # masked in the ledger


@dataclass(frozen=True)
class Table:
    """One canonical table: what it holds and which export gives it."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    export: str  # which export of a CRM would give it: said where the table is missing
    when: str = ""  # the column that says in which period a row lies; "": it lies in none

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def readable(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if not column.computed)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def _required(name: str, type: str, meaning: str, **rest) -> Column:
    return Column(name, type, meaning, required=True, **rest)


def _computed(name: str, type: str, meaning: str, **rest) -> Column:
    return Column(name, type, meaning, computed=True, **rest)


DEALS = Table(
    "deals",
    "One row per deal.",
    (
        _required("deal_id", "text", "The CRM's own id of the deal."),
        _required(
            "manager",
            "text",
            "Who owns the deal: at closing for a closed deal, now for an open one.",
        ),
        _required("created_at", "time", "When the deal was created."),
        _required("status", "text", "Won, lost or open.", values=STATUSES),
        Column("channel", "text", "Sales channel; blank becomes 'unknown'."),
        Column("pipeline", "text", "Pipeline (funnel) of the CRM."),
        Column("stage", "text", "Stage on the snapshot day, or the last one before closing."),
        Column(
            "closed_at", "time", "When the deal was last closed; only won and lost deals have it."
        ),
        Column("expected_close_at", "time", "When an open deal is expected to close."),
        Column(
            "amount", "money", "Sum of the deal; missing when its currency cannot be converted."
        ),
        Column("currency", "text", "Currency in which the export gave the amount."),
        Column("title", "text", "Name of the deal."),
        Column("client_id", "text", "Client of the deal."),
        Column("source", "text", "Where the lead came from."),
        Column("product", "text", "What was offered."),
        Column("segment", "text", "Segment of the client."),
        Column(
            "is_target", "bool", "Whether the client meets the written rule of a target client."
        ),
        Column("lost_reason", "text", "Why the deal was lost, in the company's words."),
        Column("lost_class", "text", "Class of the lost reason.", values=LOST_CLASSES),
        Column("competitor", "text", "To whom the deal was lost."),
        Column("team", "text", "Team of the manager."),
        Column("parent_deal_id", "text", "The deal from which this one was handed over."),
        Column("next_task_at", "time", "When the next task of the deal is due."),
        Column("modified_at", "time", "When the row was last changed in the CRM."),
        Column("utm", "text", "Campaign marks of the lead."),
        _computed("function", "text", "Function of the deal's pipeline.", values=FUNCTIONS),
        _computed("channel_from", "text", "Which column or map gave the channel."),
        _computed(
            "repeat", "bool", "A deal of the same client was won before this one was created."
        ),
        _computed("reopened", "bool", "The deal was closed, then open again."),
        _computed("current_manager", "text", "Who owns the deal on the snapshot day."),
        _computed(
            "owner_from", "text", "How the owner was known.", values=("owners", "current owner")
        ),
        _computed("status_word", "text", "The word of the export that says the status."),
        _computed(
            "unsettled",
            "text",
            "That word is neither won, lost nor open by anything known: the deal counts as open, "
            "and this is what the word looks like.",
            values=("likely won", "likely lost", "unclear"),
        ),
        _computed(
            "unsettled_at",
            "time",
            "When such a deal would count as closed: its closing date, where it has passed.",
        ),
    ),
    "the list of deals of your CRM (all columns, all pipelines, all statuses)",
    when="closed_at",
)
STAGES = Table(
    "stages",
    "One row per entry of a deal into a stage.",
    (
        _required("deal_id", "text", "Deal that moved."),
        _required("stage", "text", "Stage that it entered."),
        _required("entered_at", "time", "When it entered the stage."),
        Column("pipeline", "text", "Pipeline of the stage."),
        _computed("left_at", "time", "When it entered a stage after this one; blank: it has not."),
    ),
    "the history of stage changes (amoCRM: events of type 'stage changed'; HubSpot: 'Date entered "
    "…' columns)",
    when="entered_at",
)
OWNERS = Table(
    "owners",
    "One row per change of a deal's owner.",
    (
        _required("deal_id", "text", "Deal that changed hands."),
        _required("manager", "text", "New owner."),
        _required("from", "time", "Since when."),
    ),
    "the history of responsible managers",
    when="from",
)
LEADS = Table(
    "leads",
    "One row per lead.",
    (
        _required("lead_id", "text", "The CRM's own id of the lead."),
        _required("created_at", "time", "When the lead was created."),
        _required("status", "text", "Status of the lead, in the company's words."),
        Column("channel", "text", "Sales channel."),
        Column("source", "text", "Where the lead came from."),
        Column("manager", "text", "Who worked with it."),
        Column("deal_id", "text", "Deal that it became."),
        Column("junk_reason", "text", "Why it was not a lead."),
    ),
    "the list of leads",
    when="created_at",
)
CLIENTS = Table(
    "clients",
    "One row per client.",
    (
        _required("client_id", "text", "The CRM's own id of the client."),
        Column("name", "text", "Name."),
        Column("phone", "text", "Phone.", personal=True),
        Column("email", "text", "E-mail.", personal=True),
        Column("segment", "text", "Segment."),
    ),
    "the list of companies or contacts",
)
TOUCHES = Table(
    "touches",
    "One row per contact with a client or task: call, e-mail, meeting, message, task.",
    (
        _required("at", "time", "When it happened; for a task, when it was set."),
        _required("kind", "text", "What it was.", values=TOUCH_KINDS),
        Column("deal_id", "text", "Deal that it belongs to."),
        Column("client_id", "text", "Client, where the deal is not known."),
        Column("manager", "text", "Who made or took it."),
        Column("direction", "text", "in (the client's) or out (ours).", values=("in", "out")),
        Column("result", "text", "answered, missed, done, …"),
        Column("duration_s", "number", "Talk time in seconds."),
        Column("due_at", "time", "When the task was due."),
        Column("done_at", "time", "When the task was done."),
        Column("touch_id", "text", "The CRM's own id."),
        Column("record_url", "text", "Link to the recording."),
        Column("by_robot", "bool", "Made by a robot, not by a person."),
    ),
    "the list of calls, e-mails, meetings and tasks (activities)",
    when="at",
)
REVIEWS = Table(
    "reviews",
    "One row per call scored by checklist.",
    (
        _required("manager", "text", "Whose call it was."),
        _required("at", "time", "When the call was made."),
        _required("call_type", "text", "needs, objections, …"),
        _required(
            "score", "number", "0 to 100; shares and points are converted, and that is said."
        ),
        Column("deal_id", "text", "Deal of the call."),
        Column("call_id", "text", "The call that was heard: touch_id of touches."),
        Column("reviewer", "text", "Who scored it."),
        Column("ai", "bool", "Scored by a program, not by a person."),
        Column(
            "items",
            "text",
            "Items of the checklist with their results, read into JSON {item: 0..1}: a column for "
            "each, or one with JSON or `item=1; item=0`.",
        ),
        Column("company", "text", "The competitor whose call it was; blank for ours."),
    ),
    "the scores of your quality department",
    when="at",
)
MANAGERS = Table(
    "managers",
    "One row per manager; several, each with `from`, where team, head or role changed.",
    (
        _required("manager", "text", "Name, as in deals."),
        Column(
            "from",
            "date",
            "Since when team, head, role and channel are as in this row; blank: from the first "
            "day. Of a day the row last begun counts, before all of them the earliest.",
        ),
        Column("team", "text", "Team."),
        Column("head", "text", "Head of sales whom the manager reports to."),
        Column("role", "text", "Function of the manager.", values=FUNCTIONS),
        Column("channel", "text", "Channel of the manager."),
        Column("hired_on", "date", "First day at work."),
        Column("left_on", "date", "Last day at work."),
        Column("fixed_salary", "money", "Fixed salary a month.", personal=True),
        Column("schedule", "text", "Working schedule."),
    ),
    "the list of employees",
)
ABSENCES = Table(
    "absences",
    "One row per absence of a manager.",
    (
        _required("manager", "text", "Who was away."),
        _required("from", "date", "First day away."),
        _required("to", "date", "Last day away."),
        Column("kind", "text", "Vacation, illness, …"),
    ),
    "the table of vacations and sick leaves",
    when="from",
)
ACTIONS = Table(
    "actions",
    "One row per action of a head of sales with a manager.",
    (
        _required("at", "time", "When."),
        _required("head", "text", "Who acted."),
        _required("kind", "text", "one-to-one, group task, training, …"),
        Column("manager", "text", "With whom."),
        Column("deal_id", "text", "About which deal."),
        Column("note", "text", "What was worked on."),
    ),
    "the head's log of meetings and group tasks",
    when="at",
)
PLANS = Table(
    "plans",
    "One row per plan of a month for a manager, a team, a channel or the department.",
    (
        _required("month", "month", "Month of the plan."),
        _required(
            "metric",
            "text",
            "What is planned.",
            values=PLAN_METRICS,
        ),
        _required(
            "value",
            "money",
            "Planned value: money for amount and payments, else a number that no rate converts.",
        ),
        Column("manager", "text", "Whose plan; blank for a team, a channel or the department."),
        Column("team", "text", "Team of the plan."),
        Column("channel", "text", "Channel of the plan."),
    ),
    "the table of plans",
    when="month",
)
PAYMENTS = Table(
    "payments",
    "One row per payment, planned or made.",
    (
        _required("amount", "money", "Sum; a refund is negative or has the status refunded."),
        Column("deal_id", "text", "Deal that is paid for."),
        Column("client_id", "text", "Client who pays."),
        Column("due_on", "date", "When it is due."),
        Column("paid_on", "date", "When it was paid."),
        Column(
            "status",
            "text",
            "State of the payment.",
            values=("planned", "invoiced", "paid", "refunded"),
        ),
    ),
    "the list of invoices and payments",
    when="paid_on",
)
SALES = Table(
    "sales",
    "One row per sale or refund, for ABC and XYZ.",
    (
        _required("date", "date", "Day of the sale."),
        _required("amount", "money", "Sum; a refund is negative."),
        Column("client_id", "text", "Client."),
        Column("product", "text", "Product."),
        Column("quantity", "number", "Units sold."),
    ),
    "the list of shipments or sales lines from your accounting",
    when="date",
)
COSTS = Table(
    "costs",
    "One row per channel and month of what the channel cost.",
    (
        _required("channel", "text", "Sales channel."),
        _required("month", "month", "Month of the cost."),
        _required("amount", "money", "What was spent."),
        Column("source", "text", "Source within the channel."),
    ),
    "the table of marketing costs",
    when="month",
)

TABLES = {
    table.name: table
    for table in (
        DEALS,
        STAGES,
        OWNERS,
        LEADS,
        CLIENTS,
        TOUCHES,
        REVIEWS,
        MANAGERS,
        ABSENCES,
        ACTIONS,
        PLANS,
        PAYMENTS,
        SALES,
        COSTS,
    )
}


# what an export says without a date: on an earlier day nobody can tell what it was, so it stands as
# in the export (the stage and the owner only where there is no history of them; the rest of staff
# only where no row says `from`); the reason of a loss is withheld until the closing
UNDATED = {
    "deals": (
        "amount",
        "next_task_at",
        "expected_close_at",
        "stage",
        "manager",
        "is_target",
        "segment",
        "team",
    ),
    "leads": ("status", "junk_reason"),
    "clients": ("segment",),
    "managers": ("team", "head", "role", "channel", "schedule", "fixed_salary"),
    "plans": ("value",),
    "payments": ("amount", "due_on"),
    "costs": ("amount",),
}
