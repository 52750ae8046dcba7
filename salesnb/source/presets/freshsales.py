"""Exports of Freshsales, also called Freshworks CRM.

Names of the API: "Freshworks CRM deals" of two connectors (deal_stage_id, deal_pipeline_id,
sales_account_id, expected_close) and the words that its webhooks send (a public gist:
deal_owner_name, deal_closed_date, deal_deal_stage_name).
"""

from salesnb.source.presets.base import Cell, Lookup, Preset, spelled

SCREEN = spelled(  # not confirmed by a public document
    deal_id=("Deal Id", "ID"),
    manager=("Sales owner", "Owner"),
    created_at="Created at",
    closed_at="Closed date",
    expected_close_at=("Expected close date", "Expected close"),
    modified_at="Updated at",
    stage="Deal stage",
    pipeline="Deal pipeline",
    amount="Deal value",
    currency="Currency",
    title="Deal name",
    client_id=("Account name", "Account", "Contacts"),
    source="Source",
    product="Products",
    lost_reason=("Lost reason", "Deal reason"),
)
API = spelled(
    deal_id=("id", "deal_id"),
    manager=("deal_owner_name", "owner_name", "owner_id", "deal_owner_id"),
    created_at=("created_at", "deal_created_at"),
    closed_at=("closed_date", "deal_closed_date"),
    expected_close_at=("expected_close", "deal_expected_close"),
    modified_at=("updated_at", "deal_updated_at"),
    stage=("deal_deal_stage_name", "deal_stage_name", "deal_stage_id"),
    pipeline=("deal_deal_pipeline_name", "deal_pipeline_name", "deal_pipeline_id"),
    amount=("amount", "deal_amount"),
    currency="deal_currency_name",
    title=("name", "deal_name"),
    client_id=("sales_account_id", "sales_account_name"),
    source=("deal_source_name", "lead_source_name", "lead_source_id"),
    product="deal_deal_product_name",
    lost_reason=("deal_deal_reason_name", "deal_reason_name", "deal_reason_id"),
)

FRESHSALES = Preset(
    "freshsales",
    "Freshsales",
    {"en": SCREEN, "api": API},
    marks=(
        *("Sales owner", "Deal value", "Deal pipeline", "Closed date"),
        *(
            "deal_stage_id",
            "deal_pipeline_id",
            "sales_account_id",
            "deal_reason_id",
            "expected_close",
            "closed_date",
        ),
        *(
            "deal_deal_stage_name",
            "deal_owner_name",
            "deal_closed_date",
            "deal_created_at",
            "deal_amount",
        ),
    ),
    status_from_stage=True,
    day_first=False,
    lookups=(
        # the selectors of the API: owners, deal_stages, deal_pipelines; not confirmed by a public
        # document
        Lookup("people", ("id",), (("display_name",), ("name",), ("email",))),
        Lookup(
            "stages",
            ("id",),
            (("name",),),
            ("position",),
            won=Cell(("forecast_type",), "words", ("closed won",)),
            lost=Cell(("forecast_type",), "words", ("closed lost",)),
        ),
        Lookup("pipelines", ("id",), (("name",),)),
    ),
)
