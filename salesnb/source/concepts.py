"""What the words of a heading mean: "owner_rep_id", «Дата создания сделки» and "closedate" in the
same few concepts.

A word stands under one concept. A star ends a stem: every word that begins with it counts.
"""

import re
import unicodedata
from functools import lru_cache

from salesnb.source.headings import clean_heading

CONCEPTS = {
    # what a row is
    "deal": "deal deals opportunity opportunities opp opps oppty сделк* угод* negocio negociacion "
    "oportunidad negocio "
    "oportunidade affaire opportunite geschaft verkaufschance trato obchod "
    "szansa szanse szansy transakcj* trattativa firsat* teklif* anlasma* verkoopkans prilezitost "
    "affarsmojlighet 案件 商談 取引 商机 "
    "交易 영업기회 거래",
    "lead": "lead leads лид лида лиды лидов prospect prospecto リード",
    "client": "client party clients customer customers account accounts company companies "
    "organization organisation buyer "
    "contact contacts org orgs partner partners партнер* клиент* заказчик* замовник* компани* "
    "контакт* покупател* контрагент* організац* клієнт* компані* cliente empresa "
    "compania cuenta kunde kundin firma unternehmen kontakt societe compte entreprise contacto "
    "contato organizacion "
    "klient* kontrahent* musteri* cari azienda klant relatie bedrijf zakaznik kund foretag 顧客 会社 "  # noqa: E501
    "取引先 企業 得意先 お客様 先方 先方担当者 客户 公司 고객 "
    "회사 고객사",
    "task": "task tasks activity activities задач* дел",
    "call": "call calls звон* дзвін* вызов*",
    "payment": "payment payments оплат* платеж* платёж* invoice",
    "product": "product products item items service товар* продукт* услуг* producto produto "
    "produkt produit articulo sku "
    "urun* prodotto vyrobek 商品 製品 产品 제품",
    # who
    "owner": "owner representative employee employees emp empl slp sls owners owned rep reps "
    "salesperson salespeople salesrep salesman seller sellers agent agents manager "
    "managers "
    "responsible assigned assignee executive consultant consultants "
    "ответственн* менеджер* продавец продавц* сотрудник* консультант* агент* представител* "
    "куратор* "
    "відповідальн* представник* propietario propietaria responsable vendedor vendedora comercial "
    "asesor asesora asignado agente "
    "consultor consultora gestor gestora gerente ejecutivo executivo responsavel proprietario "
    "atribuido "
    "inhaber besitzer verantwortlich* zustandig* verkaufer bearbeiter betreuer berater "
    "zugewiesen* mitarbeiter "
    "proprietaire vendeur vendeuse commercial conseiller collaborateur attribue "
    "assignees opiekun* handlowiec handlowca sprzedawca wlasciciel  odpowiedzialn* przypisan* "
    "temsilci* sorumlu "
    "satici plasiyer venditore commerciale responsabile assegnatario eigenaar verkoper obchodnik "
    "saljare ansvarig 担当者 担当 営業担当 "
    "営業 所有者 负责人 销售员 담당자 소유자",
    "person": "person people personne persona pessoa 者",
    "user": "user users by кем кто ким хто пользовател* користувач* usuario benutzer utilisateur "
    "przez tarafindan",
    "team": "team teams group department office region regional команд* отдел* групп* филиал* "
    "equipo equipe abteilung "
    "ekip departman zespol 部署 チーム 部门 부서",
    "head": "head supervisor boss роп ропа руководител* шеф",
    # when
    "created": "created reg create creation creating add added opened open entered "
    "inserted registered acquired acquisition создан* создал* создано добавлен* открыт* заведен* "
    "заведён* регистрац* зарегистр* поступлен* "
    "створен* відкрит* додан* додав* creado creada creacion agregado alta criado criada criacao "
    "aberto adicionado inclusao "
    "erstell erstellt erstellung erstellungs anlage angelegt hinzugefugt cree creation ajoute "
    "ajout ouvert ouverture "
    "apertura abertura eroffnet eroffnung eroffnungs "
    "cdate utworzen* dodan* zalozen* zgloszen* zapytan* olusturma* olusturul* acilis eklenme "
    "talep creazione creato "
    "inserimento richiesta aangemaakt aanmaak aanvraag vytvoren* zalozen* skapad skapat demande "
    "anfrage 作成 登録 受付 创建 생성 등록",
    "started": "start started begin began engage engaged начал* inicio debut",
    "closed": "closed close closing closure end ended finish finished completed completion "
    "закрыт* закрыл* завершен* "
    "завершён* окончан* закрит* завершенн* cierre cerrado cerrada fechamento fechado fechada "
    "encerrado encerramento abschluss "
    "abgeschlossen geschlossen cloture fermeture ferme fermee fin "
    "zamkniec* zamkniet* zakoncz* kapanis kapanma kapatma chiusura chiuso chiusa sluiting "
    "sluitings gesloten afgesloten "
    "uzavren* stangd stangt avslut avslutad クローズ 完了 終了 关闭 结束 종료 마감 완료",
    "won": "won win выигр* выиграна успешн* ganado ganada ganho gewonnen gagne gagnee "
    "wygran* kazan* siparis vinta vinto vyhran* vunnen vunnet 受注 成約 赢单 成交 수주",
    "lost": "lost loss lose failure insucesso відмов* програн* втрачен* verlust perte perdita "
    "проигр* провал* потер* отказ* perdido perdida perda verloren perdu perdue "
    "przegran* utracon* kayip kaybed* perso persa prohran* forlorad 失注 输单 丢单 실주 refus kayb* perda",  # noqa: E501
    "expected": "est expected expectation estimated estimate planned plan forecast forecasted "
    "assumed target predicted "
    "орієнтовн* очікуван* предполагаем* ожидаем* планов* планиру* план прогноз* ожид* previsto "
    "prevista prevision esperado estimado estimada "
    "voraussichtlich* erwartet* geplant* prevu prevue estime "
    "edate przewidywan* planowan* oczekiwan* tahmini beklenen planlanan stimata stimato verwacht* "
    "geplande ocekavan* "
    "predpoklad* forvantad forvantat 予定 見込 見込み 予想 预计 예상 previsao",
    "modified": "modified modify updated update changed change edited write last latest змінен* "
    "оновлен* modificacion изменен* изменён* изменил* обновлен* обновлён* "
    "редактир* последн* actualizado modificado ultima ultimo geandert aktualisiert letzte modifie "
    "derniere "
    "mdate modyfik* zmian* aktualiz* ostatni* guncelle* degistir* modifica modificato "
    "aggiornamento gewijzigd bijgewerkt "
    "zmen* andrad uppdaterad senast 更新 変更 最終 更新日 修改 最后 수정 dernier changement cambio anderung "  # noqa: E501
    "anderungs cambiamento alteracao",
    "date": "date dates at on am le dt time timestamp datetime day дата даты время час em date. "
    "fecha data datum zeit tag heure hora "
    "dnia tarih* zaman ora tijd cas tid 日時 日付 日 時刻 时间 日期 일자 날짜 일시 일",
    # how it stands
    "status": "status statuses state statecode outcome result статус* состояни* результат* итог "
    "исход estado zustand statut estatus "
    "resultado ergebnis "
    "wynik stan durum* sonuc* stato esito stav vysledek ステータス 状態 状況 結果 状态 상태 situacao situation "  # noqa: E501
    "situacion lage",
    "stage": "stage stages milestone phase step stagename этап* стади* етап* стадія etapa fase "
    "stufe etape "
    "asama* stadio faze fas steg フェーズ ステージ 段階 阶段 단계 etap",
    "pipeline": "pipeline pipelines funnel воронк* направлени* embudo tuberia funil trichter "
    "напрям* "
    "lejek* huni パイプライン",
    "reason": "reason reasons причин* motivo razon grund motif raison "
    "powod* przyczyn* neden* sebep sebeb* causa reden duvod* orsak 理由 原因 사유 이유",
    # how much
    "amount": "amount money amounts value values sum revenue budget price total worth income summ "
    "summe сумм* бюджет* стоимост* "
    "выручк* оборот сума importe monto valor precio betrag wert umsatz verkaufspreis preis "
    "montant valeur receita presupuesto "
    "wartosc kwota cena tutar* bedel fiyat ciro importo prezzo bedrag waarde prijs omzet castka "
    "hodnota belopp varde 金額 価格 売上 "
    "金额 금액",
    "currency": "currency валют* moneda moeda wahrung devise "
    "waluta waluty doviz valuta munteenheid mena 通貨 货币 통화",
    "quantity": "quantity qty count units количеств* кол cantidad menge quantite ilosc adet "
    "quantita aantal 数量 수량",
    "weighted": "weighted probability calculated взвешен* вероятност* probabilidad "
    "wahrscheinlichkeit 確度 prawdopodob* olasilik* probabilita waarschijnlijkheid "
    "pravdepodobnost",
    # beside any other word it says nothing (sales rep, sales stage); alone it is what was sold for
    "sale": "sale sales продаж* продажі venta ventas venda vendas vente ventes vertrieb satis "
    "sprzedaz* vendita vendite verkoop prodej forsaljning 販売 销售 판매",
    # where from
    "channel": "channel channels канал* canal kanal",
    "source": "source sources origin источник* джерел* fuente origen origem quelle herkunft "
    "provenance "
    "zrodlo kaynak* kaynag* fonte provenienza bron herkomst zdroj kalla 流入元 ソース 経路 媒体 来源 유입 "  # noqa: E501
    "origine",
    "campaign": "campaign utm medium кампани* рекламн*",
    "segment": "segment segments sector industry category сегмент* отрасл* сектор segmento "
    "branche secteur "
    "branza 業種 行业 업종",
    "competitor": "competitor конкурент* konkurenc* rakip 競合 竞争对手",
    "parent": "parent родител*",
    # how a thing is named
    "id": "id ids pk guid uuid number num nr no # номер код code key ref reference numero nummer "
    "identifier ид идентификатор* ідентифікатор* "
    "numer numara* codice nummer 番号 コード 编号 번호 identifiant",
    "name": "name names title subject topic thema label название наименован* имя фио ім піб "
    "прізвищ* фамили* тема назва nombre titulo nome bezeichnung titel nom "
    "nazwa tytul isim adi baslik konu oggetto objet betreff asunto assunto naam onderwerp nazev "
    "jmeno namn 名 名前 件名 タイトル "
    "名称 이름 제목",
    "email": "email mail e-mail почта メール",
    "phone": "phone telephone mobile телефон* telefono 電話 电话 전화",
    # what the other tables hold
    "type": "type kind тип вид tipo typ",
    "direction": "direction направлени* direccion richtung",
    "duration": "duration seconds sec billsec talk длительност* продолжительност* длит duracion "
    "dauer",
    "due": "due deadline срок* крайн* vencimiento fallig valid validity gecerlilik waznosc* "
    "validite validez validade gultig* geldig* 有効期限 echeance falligkeit* scadenza "
    "vervaldatum termin* limite",
    "done": "done выполнен* hecho erledigt",
    "record": "recording запис* link url ссылк*",
    "robot": "robot automatic автоматическ* робот*",
    "score": "score mark rating points балл* оценк*",
    "reviewer": "reviewer checker auditor evaluator assessor listener проверяющ* контролер* "
    "контролёр* оценил* проверил* прослушал* слушал*",
    "check": "check checked review reviewed evaluation evaluated audit audited assessed "
    "проверк* проверен* прослушк* прослушан*",
    "checklist": "checklist checklists чеклист*",
    "ai": "ai ии нейросет* gpt llm",
    "absence": "absence absences vacation vacations отпуск* отсутств* больничн*",
    "month": "month period месяц* период* mes monat mois",
    "metric": "metric indicator kpi показател* метрик*",
    "plan": "quota goal",
    "cost": "cost costs spend spent expense expenses расход* затрат* gasto kosten",
    "from": "from since effective действует begin с_ начало beginn desde",
    "to": "to until till по_ hasta bis",
    "hired": "hired hire joined принят* прием* приём* найм*",
    "left": "left leaving dismissed fired увол*",
    "role": "role position function функци* роль должност* cargo rolle funktion",
    "salary": "salary wage pay оклад* зарплат* salario gehalt",
    "schedule": "schedule shift shifts график* смен смена смены",
    "first": "first первый первая",
    "junk": "junk spam disqualification брак*",
    "paid": "paid оплачен* pagado bezahlt",
    "action": "action meeting действи* встреч*",
    "note": "note notes comment заметк* комментари* uwagi aciklama notatki 備考 メモ 备注 비고",
    # words that tell nothing apart
    "": "the fk for actual real display object record del of de del la le da do das der die und "
    "and is hs cf field custom main primary original crm sf full c ext external pct "
    "レコード 見積 a el en au des les du в на с по от за из и или я сделано торгов*",
}


ALIKE = str.maketrans(
    "ёйłıøđ", "е\0liod"
)  # й is a letter of its own; the others have no accent that could be taken off


def plain(text: str) -> str:
    """A text without case and accents.

    >>> plain("Création"), plain("Ёлка"), plain("フェーズ") == plain("フェース")
    ('creation', 'елка', True)
    """
    kept = unicodedata.normalize("NFKD", text.casefold().translate(ALIKE))
    return "".join(letter for letter in kept if not unicodedata.combining(letter)).replace(
        "\0", "й"
    )


def _known() -> tuple[dict[str, str], list[tuple[str, str]]]:
    exact: dict[str, str] = {}
    stems: list[tuple[str, str]] = []
    for concept, words in CONCEPTS.items():
        for word in plain(words).split():
            if word.endswith("*"):
                stems.append((word[:-1], concept))
            else:
                exact.setdefault(word, concept)
    return exact, sorted(stems, key=lambda pair: -len(pair[0]))


EXACT, STEMS = _known()
SALE = "sale"
LONGEST = max(map(len, EXACT))
ENDS = {"с": "from", "по": "to"}  # of a span; beside other words they say nothing
LATEST = "\u3000"  # a letter beyond it is a word by itself: Chinese, Japanese


def words_of(heading: str) -> list[str]:
    """The words of a heading, plain: case, accents, punctuation and runs of capitals do not matter.

    >>> words_of("Deal - Owner"), words_of("StageName"), words_of("DATE_CREATE"), words_of("Fecha de creación")
    (['deal', 'owner'], ['stage', 'name'], ['date', 'create'], ['fecha', 'de', 'creacion'])
    """  # noqa: E501
    text = clean_heading(heading)
    text = re.sub(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])", " ", text)
    return re.findall(r"[^\W\d_]+|#", plain(text.replace("№", " no ")))


@lru_cache(maxsize=20_000)
def concepts(heading: str) -> tuple[str, ...]:
    """The concepts of a heading in their order, each once; a word that is not known stands as
    "?word".

    >>> concepts("owner_rep_id"), concepts("closedate"), concepts("Дата создания сделки")
    (('owner', 'id'), ('closed', 'date'), ('date', 'created', 'deal'))
    >>> concepts("Frobnicated at"), concepts("Sales rep"), concepts("Sale")
    (('?frobnicated', 'date'), ('owner',), ('amount',))
    """
    words = words_of(heading)
    found = [concept for word in words for concept in _concepts_of(word) if concept]
    if set(found) <= {"date"} and (ends := [ENDS[word] for word in words if word in ENDS]):
        found = [*ends, *found]  # "С" and "По", or "Дата с": nothing else stands in the heading
    if SALE in found:  # a sales person is who owns the deal
        found = [
            "owner" if concept in ("person", "user") else concept
            for concept in found
            if concept != SALE
        ] or ["amount"]
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
    """A word written together as known words: "estimatedvalue" → estimated, value; None where it is
    not made of such.
    """
    best: dict[int, list[str]] = {0: []}
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - LONGEST), end):
            part = word[start:end]
            if (
                (len(part) > 1 or part > LATEST)
                and start in best
                and part in EXACT
                and (end not in best or len(best[start]) + 1 < len(best[end]))
            ):
                best[end] = [*best[start], part]
    return best.get(len(word))
