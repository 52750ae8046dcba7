"""What the words of a heading mean: "owner_rep_id", «Дата создания сделки» and "closedate" in the same few concepts.

A word stands under one concept. A star ends a stem: every word that begins with it counts.
"""

import re
import unicodedata
from functools import lru_cache

from salesnb.source.headings import clean_heading

CONCEPTS = {
    # what a row is
    "deal": "deal deals opportunity opportunities opp opps oppty сделк* угод* negocio negociacion oportunidad negocio "
    "oportunidade affaire opportunite geschaft verkaufschance trato obchod",
    "lead": "lead leads лид лида лиды лидов prospect prospecto",
    "client": "client party clients customer customers account accounts company companies organization organisation buyer "
    "contact contacts org orgs partner partners партнер* клиент* заказчик* замовник* компани* контакт* покупател* контрагент* організац* клієнт* компані* cliente empresa "
    "compania cuenta kunde kundin firma unternehmen kontakt societe compte entreprise contacto contato organizacion",
    "task": "task tasks activity activities задач* дел",
    "call": "call calls звон* дзвін* вызов*",
    "payment": "payment payments оплат* платеж* платёж* invoice",
    "product": "product products item items service товар* продукт* услуг* producto produto produkt produit articulo sku",
    # who
    "owner": "owner representative employee employees emp empl slp sls owners owned rep reps salesperson salespeople salesrep salesman seller sellers agent agents manager managers "
    "responsible assigned assignee executive consultant consultants "
    "ответственн* менеджер* продавец продавц* сотрудник* консультант* агент* представител* куратор* "
    "відповідальн* представник* propietario propietaria responsable vendedor vendedora comercial asesor asesora asignado agente "
    "consultor consultora gestor gestora gerente ejecutivo executivo responsavel proprietario atribuido "
    "inhaber besitzer verantwortlich* zustandig* verkaufer bearbeiter betreuer berater zugewiesen* mitarbeiter "
    "proprietaire vendeur vendeuse commercial conseiller collaborateur attribue",
    "person": "person people personne persona pessoa",
    "user": "user users by кем кто ким хто пользовател* користувач* usuario benutzer utilisateur",
    "team": "team teams group department office region regional команд* отдел* групп* филиал* equipo equipe abteilung",
    "head": "head supervisor boss руководител* шеф",
    # when
    "created": "created reg create creation creating add added opened open entered "
    "inserted registered acquired acquisition создан* создал* создано добавлен* открыт* заведен* заведён* регистрац* зарегистр* поступлен* "
    "створен* відкрит* додан* додав* creado creada creacion agregado alta criado criada criacao aberto adicionado inclusao "
    "erstell erstellt erstellung erstellungs anlage angelegt hinzugefugt cree creation ajoute ajout ouvert ouverture "
    "apertura abertura eroffnet eroffnung eroffnungs",
    "started": "start started begin began engage engaged начал* inicio debut",
    "closed": "closed close closing closure end ended finish finished completed completion закрыт* закрыл* завершен* "
    "завершён* окончан* закрит* завершенн* cierre cerrado cerrada fechamento fechado fechada encerrado encerramento abschluss "
    "abgeschlossen geschlossen cloture fermeture ferme fermee fin",
    "won": "won win выигр* выиграна успешн* ganado ganada ganho gewonnen gagne gagnee",
    "lost": "lost loss lose failure insucesso відмов* програн* втрачен* verlust perte perdita проигр* провал* потер* отказ* perdido perdida perda verloren perdu perdue",
    "expected": "est expected expectation estimated estimate planned plan forecast forecasted assumed target predicted "
    "орієнтовн* очікуван* предполагаем* ожидаем* планов* планиру* план прогноз* ожид* previsto prevista prevision esperado estimado estimada "
    "voraussichtlich* erwartet* geplant* prevu prevue estime",
    "modified": "modified modify updated update changed change edited write last latest змінен* оновлен* modificacion изменен* изменён* изменил* обновлен* обновлён* "
    "редактир* последн* actualizado modificado ultima ultimo geandert aktualisiert letzte modifie derniere",
    "date": "date dates at on am le dt time timestamp datetime day дата даты время час em date. fecha data datum zeit tag heure hora",
    # how it stands
    "status": "status statuses state statecode outcome result статус* состояни* результат* итог исход estado zustand statut estatus "
    "resultado ergebnis",
    "stage": "stage stages milestone phase step stagename этап* стади* етап* стадія etapa fase stufe etape",
    "pipeline": "pipeline pipelines funnel воронк* направлени* embudo tuberia funil trichter напрям*",
    "reason": "reason reasons причин* motivo razon grund motif raison",
    # how much
    "amount": "amount money amounts value values sum revenue budget price total worth income summ summe сумм* бюджет* стоимост* "
    "выручк* оборот сума importe monto valor precio betrag wert umsatz verkaufspreis preis montant valeur receita presupuesto",
    "currency": "currency валют* moneda moeda wahrung devise",
    "quantity": "quantity qty count units количеств* кол cantidad menge quantite",
    "weighted": "weighted probability calculated взвешен* вероятност* probabilidad wahrscheinlichkeit",
    # beside any other word it says nothing (sales rep, sales stage); alone it is what was sold for
    "sale": "sale sales продаж* продажі venta ventas venda vendas vente ventes vertrieb",
    # where from
    "channel": "channel channels канал* canal kanal",
    "source": "source sources origin источник* джерел* fuente origen origem quelle herkunft provenance",
    "campaign": "campaign utm medium кампани* рекламн*",
    "segment": "segment segments sector industry category сегмент* отрасл* сектор segmento branche secteur",
    "competitor": "competitor конкурент*",
    "parent": "parent родител*",
    # how a thing is named
    "id": "id ids pk guid uuid number num nr no # номер код code key ref reference numero nummer identifier ид идентификатор* ідентифікатор*",
    "name": "name names title subject topic thema label название наименован* имя фио ім піб прізвищ* фамили* тема назва nombre titulo nome bezeichnung titel nom",
    "email": "email mail e-mail почта",
    "phone": "phone telephone mobile телефон* telefono",
    # what the other tables hold
    "type": "type kind тип вид tipo typ",
    "direction": "direction направлени* direccion richtung",
    "duration": "duration seconds sec billsec talk длительност* продолжительност* длит duracion dauer",
    "due": "due deadline срок* крайн* vencimiento fallig",
    "done": "done выполнен* hecho erledigt",
    "record": "recording запис* link url ссылк*",
    "robot": "robot automatic автоматическ* робот*",
    "score": "score mark rating points балл* оценк*",
    "reviewer": "reviewer checker auditor проверяющ* контролер* контролёр*",
    "month": "month period месяц* период* mes monat mois",
    "metric": "metric indicator kpi показател* метрик*",
    "plan": "quota goal",
    "cost": "cost costs spend spent expense expenses расход* затрат* gasto kosten",
    "from": "from since begin с_ начало beginn desde",
    "to": "to until till по_ hasta bis",
    "hired": "hired hire joined принят* прием* приём* найм*",
    "left": "left leaving dismissed fired увол*",
    "role": "role position роль должност* cargo rolle funktion",
    "salary": "salary wage pay оклад* зарплат* salario gehalt",
    "schedule": "schedule график*",
    "junk": "junk spam disqualification брак*",
    "paid": "paid оплачен* pagado bezahlt",
    "action": "action meeting действи* встреч*",
    "note": "note notes comment заметк* комментари*",
    # words that tell nothing apart
    "": "the fk for actual real display object record del of de del la le da do das der die und and is hs cf field custom main primary original crm sf full c ext external pct "
    "a el en au des les du в на с по от за из и или я сделано торгов*",
}


def _known() -> tuple[dict[str, str], list[tuple[str, str]]]:
    exact: dict[str, str] = {}
    stems: list[tuple[str, str]] = []
    for concept, words in CONCEPTS.items():
        for word in words.split():
            if word.endswith("*"):
                stems.append((word[:-1], concept))
            else:
                exact.setdefault(word, concept)
    return exact, sorted(stems, key=lambda pair: -len(pair[0]))


EXACT, STEMS = _known()
SALE = "sale"
LONGEST = max(map(len, EXACT))


def words_of(heading: str) -> list[str]:
    """The words of a heading, plain: case, accents, punctuation and runs of capitals do not matter.

    >>> words_of("Deal - Owner"), words_of("StageName"), words_of("DATE_CREATE"), words_of("Fecha de creación")
    (['deal', 'owner'], ['stage', 'name'], ['date', 'create'], ['fecha', 'de', 'creacion'])
    """
    text = clean_heading(heading)
    text = re.sub(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])", " ", text)
    text = text.replace("№", " no ").casefold().replace("ё", "е").replace("й", "\0")
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).replace("\0", "й")
    return re.findall(r"[^\W\d_]+|#", plain)


@lru_cache(maxsize=20_000)
def concepts(heading: str) -> tuple[str, ...]:
    """The concepts of a heading in their order, each once; a word that is not known stands as "?word".

    >>> concepts("owner_rep_id"), concepts("closedate"), concepts("Дата создания сделки")
    (('owner', 'id'), ('closed', 'date'), ('date', 'created', 'deal'))
    >>> concepts("Frobnicated at"), concepts("Sales rep"), concepts("Sale")
    (('?frobnicated', 'date'), ('owner',), ('amount',))
    """
    found = [concept for word in words_of(heading) for concept in _concepts_of(word) if concept]
    if SALE in found:  # a sales person is who owns the deal
        found = ["owner" if concept in ("person", "user") else concept for concept in found if concept != SALE] or [
            "amount"
        ]
    return tuple(dict.fromkeys(found))


def _concepts_of(word: str) -> list[str]:
    one = _concept(word)
    if one is not None:
        return [one]
    parts = _split(word)
    return [_concept(part) or "" for part in parts] if parts else [f"?{word}"]


def _concept(word: str) -> str | None:
    if word in EXACT:
        return EXACT[word]
    return next((concept for stem, concept in STEMS if word.startswith(stem)), None)


def _split(word: str) -> list[str] | None:
    """A word written together as known words: "estimatedvalue" → estimated, value; None where it is not made of such."""
    best: dict[int, list[str]] = {0: []}
    for end in range(2, len(word) + 1):
        for start in range(max(0, end - LONGEST), end - 1):
            part = word[start:end]
            if start in best and part in EXACT and (end not in best or len(best[start]) + 1 < len(best[end])):
                best[end] = [*best[start], part]
    return best.get(len(word))
