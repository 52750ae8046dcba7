"""Headings in seven languages are told by their words: who owns a deal, when it was created and closed."""

import pytest

from salesnb.source.concepts import concepts
from salesnb.source.match import LIKELY, PATTERNS, SURE, heading_score

OWNERS = {
    "en": "owner,rep,manager,salesperson,agent,consultant,sales person,sales rep,account manager,account executive,deal owner",
    "ru": "ответственный,менеджер,консультант,агент,торговый представитель,продавец,менеджер по продажам,ответственный менеджер",
    "ua": "відповідальний,менеджер,відповідальний менеджер,представник",
    "es": "propietario,responsable,vendedor,comercial,asesor,agente,ejecutivo de ventas",
    "pt": "responsável,vendedor,proprietário,consultor,usuário responsável",
    "de": "Verantwortlicher,Zuständiger,Betreuer,Verkäufer,Inhaber,Deal-Inhaber",
    "fr": "responsable,vendeur,propriétaire,commercial,conseiller",
}
NAMED = {
    "en": "name,id",
    "ru": "имя,id,фио",
    "ua": "ім'я,id",
    "es": "nombre,id",
    "pt": "nome,id",
    "de": "Name,ID",
    "fr": "nom,id",
}
CREATED = {
    "en": "created date,created at,created on,created time,creation date,date created,added at,add time,date added,opened at,open date,opened on,opened time,deal_created_at,createdTime,DATE_CREATE",
    "ru": "дата создания,создано,создана,дата открытия,дата добавления,время создания,дата регистрации,дата создания сделки,дата поступления",
    "ua": "дата створення,створено,дата відкриття,дата додавання,час створення",
    "es": "fecha de creación,creado el,creado en,fecha de apertura,hora de creación,fecha de alta",
    "pt": "data de criação,criado em,data criada,data de abertura,hora de criação",
    "de": "Erstellt am,Erstelldatum,Erstellungsdatum,Anlagedatum,Eröffnungsdatum,angelegt am",
    "fr": "date de création,créé le,date d'ouverture,date d'ajout,heure de création",
}
CLOSED = {
    "en": "closed date,closed at,close date,closing date,close time,closedate,deal_closed_at,Closing_Date,date closed",
    "ru": "дата закрытия,закрыто,дата завершения,дата окончания,дата закрытия сделки",
    "ua": "дата закриття,закрито,дата завершення",
    "es": "fecha de cierre,cerrado el,fecha cerrada",
    "pt": "data de fechamento,data fechada,fechado em,data de encerramento",
    "de": "Abschlussdatum,abgeschlossen am,geschlossen am",
    "fr": "date de clôture,date de fermeture,fermé le",
}


def headings(words: dict[str, str]) -> list[tuple[str, str]]:
    return [(language, word) for language, listed in words.items() for word in listed.split(",")]


def likeliest(heading: str) -> str:
    """The column of deals that the words of a heading fit best."""
    return max(PATTERNS["deals"], key=lambda column: heading_score("deals", column, heading))


@pytest.mark.parametrize(("language", "word"), headings(OWNERS))
def test_the_owner_is_told_by_name_and_by_id(language, word):
    for heading in (word, *(f"{word} {more}" for more in NAMED[language].split(","))):
        assert likeliest(heading) == "manager" and heading_score("deals", "manager", heading) >= LIKELY, concepts(
            heading
        )


@pytest.mark.parametrize(("language", "heading"), headings(CREATED))
def test_the_day_of_creation_is_told(language, heading):
    assert likeliest(heading) == "created_at" and heading_score("deals", "created_at", heading) >= SURE, concepts(
        heading
    )


@pytest.mark.parametrize(("language", "heading"), headings(CLOSED))
def test_the_day_of_closing_is_told(language, heading):
    least = SURE if "дат" in heading.casefold() or " " in heading else LIKELY
    assert likeliest(heading) == "closed_at" and heading_score("deals", "closed_at", heading) >= min(least, 0.75), (
        concepts(heading)
    )


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Expected close date", "expected_close_at"), ("Планируемая дата закрытия", "expected_close_at"), ("Орієнтовна дата закриття", "expected_close_at"),
        ("Sales stage", "stage"), ("Sales channel", "channel"), ("Канал продаж", "channel"), ("Sales team", "team"), ("Sale", "amount"), ("Income", "amount"),
        ("org_id", "client_id"), ("partner_name", "client_id"), ("Компанія", "client_id"), ("Последнее изменение", "modified_at"),
        ("DATE_MODIFY", "modified_at"), ("write_date", "modified_at"), ("Причина відмови", "lost_reason"), ("Motivo de insucesso", "lost_reason"),
    ],
)  # fmt: skip
def test_words_beside_them_are_told_apart(heading, column):
    assert likeliest(heading) == column and heading_score("deals", column, heading) >= LIKELY, concepts(heading)
