"""Exports of Salesforce.

Headings of a report: github CodeForPhilly/paws-data-pipeline and other importers; labels and names
of the fields: "Salesforce Field Reference: Opportunity". The Data Loader writes the names of the
fields, a query also those with a point.
"""

from salesnb.source.presets.base import OPEN, Cell, Lookup, Preset, Says, flag, spelled

REPORT = spelled(
    deal_id=("Opportunity ID (18 Digit)", "Opportunity ID"),
    manager=("Opportunity Owner", "Opportunity Owner: Full Name", "Owner", "Owner Name"),
    created_at="Created Date",
    closed_at="Close Date",
    modified_at="Last Modified Date",
    stage="Stage",
    amount="Amount",
    currency=("Amount Currency", "Opportunity Currency"),
    title="Opportunity Name",
    client_id=("Account ID (18 digit)", "Account ID", "Account Name", "Account Name: Account Name"),
    source=("Lead Source", "Source", "Primary Campaign Source"),
    product="Product Name",
    lost_reason=("Loss Reason", "Lost Reason", "Closed Lost Reason"),
    team="Owner Role",
)
API = spelled(
    deal_id="Id",
    manager=("Owner.Name", "OwnerId"),
    created_at="CreatedDate",
    closed_at="CloseDate",
    modified_at="LastModifiedDate",
    stage="StageName",
    amount="Amount",
    currency="CurrencyIsoCode",
    title="Name",
    client_id=("AccountId", "Account.Name"),
    source="LeadSource",
    lost_reason="Loss_Reason__c",  # a field of one's own
    team=("Owner.UserRole.Name",),
    next_task_at="NextActivityDate",
)

SALESFORCE = Preset(
    "salesforce",
    "Salesforce",
    {"report": REPORT, "api": API},
    marks=(
        *("Opportunity Owner", "Opportunity Name", "Opportunity ID (18 Digit)", "Fiscal Period"),
        *(
            "StageName",
            "IsWon",
            "IsClosed",
            "CloseDate",
            "CreatedDate",
            "OwnerId",
            "ForecastCategory",
        ),
        *("IsDeleted", "ForecastCategoryName", "LastStageChangeDate", "FiscalQuarter"),
    ),
    status_from_stage=True,
    says=(
        *flag("won", "not won", "IsWon", "Won"),
        *flag("closed", "open", "IsClosed", "Closed"),
        Says("deleted", (Cell(("IsDeleted", "Deleted"), "yes"),)),
    ),
    open=(
        *OPEN,
        *(
            "id. decision makers",
            "perception analysis",
            "value proposition",
            "proposal/price quote",
            "negotiation/review",
        ),
    ),
    one_close_column=True,
    day_first=False,
    other_tables={
        # "Salesforce Object Reference": OpportunityHistory, Lead, Account, Task
        "stages": spelled(deal_id="OpportunityId", stage="StageName", entered_at="CreatedDate"),
        "leads": spelled(
            lead_id=("Lead ID", "Id"),
            created_at=("Create Date", "CreatedDate"),
            status=("Lead Status", "Status"),
            source=("Lead Source", "LeadSource"),
            manager=("Lead Owner", "Owner.Name", "OwnerId"),
            deal_id="ConvertedOpportunityId",
        ),
        "clients": spelled(
            client_id=("Account ID", "Id"),
            name=("Account Name", "Name"),
            phone="Phone",
            segment="Industry",
        ),
        "touches": spelled(
            touch_id="Id",
            at="CreatedDate",
            kind=("TaskSubtype", "Type"),
            deal_id="WhatId",
            client_id="AccountId",
            manager=("Owner.Name", "OwnerId"),
            direction="CallType",
            result="Status",
            duration_s="CallDurationInSeconds",
            due_at="ActivityDate",
            done_at="CompletedDateTime",
        ),
    },
    lookups=(
        # "Salesforce Object Reference": User, OpportunityStage
        Lookup("people", ("Id", "User ID"), (("Name",), ("FirstName", "LastName"), ("Full Name",))),
        Lookup(
            "stages",
            ("ApiName", "MasterLabel"),
            (("MasterLabel",),),
            ("SortOrder",),
            won=Cell(("IsWon",), "yes"),
            closed=Cell(("IsClosed",), "yes"),
        ),
    ),
)
