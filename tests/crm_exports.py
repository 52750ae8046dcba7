"""Small exports as each CRM writes them, typed by hand; every name in them is invented."""

AMOCRM = """ID,Название сделки,Бюджет ,Ответственный,Дата создания сделки,Дата закрытия,Этап сделки,Воронка,Источник,Причина отказа
11,Склад,120000,Иванова,05.08.2026 10:00:00,03.09.2026 12:00:00,Успешно реализовано,Продажи,Сайт,
12,Кран,80000,Иванова,10.08.2026 10:00:00,12.09.2026 12:00:00,Успешно реализовано,Продажи,Звонок,
13,Вал,50000,Иванова,11.08.2026 10:00:00,15.09.2026 12:00:00,Закрыто и не реализовано,Продажи,Сайт,Дорого
14,Насос,70000,Петров,12.08.2026 10:00:00,30.09.2026 23:00:00,Закрыто и не реализовано,Продажи,Сайт,Нет ответа
15,Ось,60000,Петров,12.08.2026 10:00:00,01.10.2026 00:10:00,Успешно реализовано,Продажи,Звонок,
16,Ремень,40000,Петров,01.09.2026 10:00:00,,Переговоры,Продажи,Звонок,
17,Шкив,30000,Иванова,03.10.2026 10:00:00,,Первичный контакт,Продажи,Сайт,
18,Муфта,20000,Петров,20.08.2026 10:00:00,02.09.2026 09:00:00,Закрыто и не реализовано,Продажи,Сайт,Дорого
"""

KOMMO_PT = """ID,Lead título,Etapa do lead,Funil de vendas,Venda,Data Criada,Data Fechada,Lead usuário responsável,Contato principal,Origem
21,Loja,Venda Ganha,Funil de vendas,1500,05.08.2026 10:00:00,03.09.2026 12:00:00,Ana Lima,Bar Azul,Instagram
22,Site,Venda ganha,Funil de vendas,2500,06.08.2026 10:00:00,13.09.2026 12:00:00,Ana Lima,Bar Verde,Site
23,App,Venda Perdida,Funil de vendas,900,07.08.2026 10:00:00,14.09.2026 12:00:00,Ana Lima,Padaria,Site
24,Loja,Venda Perdida,Funil de vendas,700,08.08.2026 10:00:00,15.09.2026 12:00:00,Rui Reis,Bazar,Instagram
25,Loja,Venda Perdida,Funil de vendas,700,08.08.2026 10:00:00,02.10.2026 12:00:00,Rui Reis,Feira,Instagram
26,Curso,Contato inicial,Funil de vendas,400,13.09.2026 10:00:00,,Rui Reis,Escola,Site
27,Curso,Proposta no papel,Funil de vendas,400,01.10.2026 10:00:00,,Rui Reis,Clube,Site
28,Curso,Venda Ganha,Funil de vendas,100,13.08.2026 10:00:00,30.09.2026 10:00:00,Rui Reis,Clube,Site
"""

# times in seconds since 1970: 1 August 2026 00:00 UTC is 1785542400, a day has 86400
DAY = 86400
AUGUST = 1785542400


def kommo_api() -> str:
    """What the API of Kommo gives of leads: ids for people and stages, 142 and 143 for the ends, times in seconds."""
    rows = [(31, 142, 40, 501), (32, 143, 41, 501), (33, 143, 42, 502), (34, 143, 70, 502), (35, 9001, None, 502),
            (36, 142, 43, 502), (37, 9002, None, 501), (38, 142, 44, 501)]  # fmt: skip
    lines = [
        "id,name,price,responsible_user_id,status_id,pipeline_id,loss_reason_id,created_at,updated_at,closed_at,closest_task_at"
    ]
    for number, (deal, status, closed, user) in enumerate(rows):
        created = AUGUST + (number + (62 if closed is None else 0)) * DAY + 36000
        ended = "" if closed is None else AUGUST + closed * DAY
        lines.append(f"{deal},Lead {deal},{deal * 100},{user},{status},7,,{created},{created},{ended},")
    return "\n".join(lines) + "\n"


BITRIX24 = """"ID";"Название сделки";"Воронка";"Стадия сделки";"Сумма";"Валюта";"Ответственный";"Дата создания";"Предполагаемая дата закрытия";"Сделка закрыта";"Источник";"Товар";"Цена";"Количество";
"1";"Насос";"Общая";"Сделка успешна";"12 500,00";"RUB";"Иванова Анна";"01.08.2026 10:00:00";"20.09.2026";"Да";"Веб-сайт";"Насос";"12 500,00";"1";
"1";"Насос";"Общая";"Сделка успешна";"2 500,00";"RUB";"Иванова Анна";"01.08.2026 10:00:00";"20.09.2026";"Да";"Веб-сайт";"Шланг";"2 500,00";"1";
"2";"Кран";"Общая";"Отказ: дорого";"5 000,00";"RUB";"Петров Пётр";"01.08.2026 10:00:00";"21.09.2026";"Да";"Звонок";"Кран";"5 000,00";"1";
"3";"Вал";"Общая";"Дубль";"5 000,00";"RUB";"Петров Пётр";"02.08.2026 10:00:00";"22.09.2026";"Да";"Звонок";"Вал";"5 000,00";"1";
"4";"Ось";"Общая";"В работе";"7 000,00";"RUB";"Петров Пётр";"02.09.2026 10:00:00";"22.12.2026";"Нет";"Звонок";"Ось";"7 000,00";"1";
"5";"Ось";"Общая";"Сделка провалена";"7 000,00";"RUB";"Иванова Анна";"02.08.2026 10:00:00";"23.09.2026";"Да";"Звонок";"Ось";"7 000,00";"1";
"6";"Ось";"Общая";"Сделка успешна";"7 000,00";"RUB";"Петров Пётр";"02.08.2026 10:00:00";"01.10.2026";"Да";"Звонок";"Ось";"7 000,00";"1";
"7";"Шкив";"Общая";"Финальный счет";"900,00";"RUB";"Иванова Анна";"02.09.2026 10:00:00";"10.09.2026";"Нет";"Звонок";"Шкив";"900,00";"1";
"8";"Муфта";"Общая";"Сделка успешна";"800,00";"RUB";"Петров Пётр";"02.08.2026 10:00:00";"30.09.2026";"Да";"Звонок";"Муфта";"800,00";"1";
"""

BITRIX24_UA = """ID;Стадія угоди;Назва;Сума;Валюта;Компанія;Відповідальний;Угода закрита;Дата створення;Орієнтовна дата закриття;Повторна угода
1;Угода успішна;Насос;1000;UAH;Альфа;Олена;так;01.08.2026 10:00:00;03.09.2026;ні
2;Відмова: дорого;Кран;2000;UAH;Бета;Олена;так;02.08.2026 10:00:00;04.09.2026;ні
3;Угода провалена;Вал;3000;UAH;Гама;Тарас;так;03.08.2026 10:00:00;05.09.2026;ні
4;Угода успішна;Вісь;4000;UAH;Дельта;Тарас;так;04.08.2026 10:00:00;29.09.2026;так
5;Підготовка;Шків;5000;UAH;Епсилон;Тарас;ні;04.09.2026 10:00:00;29.12.2026;ні
6;Угода успішна;Муфта;6000;UAH;Дзета;Олена;так;04.08.2026 10:00:00;02.10.2026;ні
7;Нова;Пас;7000;UAH;Ета;Олена;ні;01.10.2026 10:00:00;29.12.2026;ні
8;Угода провалена;Болт;8000;UAH;Тета;Олена;так;05.08.2026 10:00:00;25.09.2026;ні
"""

BITRIX24_REST = """ID,TITLE,STAGE_ID,STAGE_SEMANTIC_ID,CATEGORY_ID,ASSIGNED_BY_ID,OPPORTUNITY,CURRENCY_ID,DATE_CREATE,CLOSEDATE,CLOSED,SOURCE_ID,COMPANY_ID
101,A,C1:WON,S,1,7,1000.00,RUB,2026-08-01T10:00:00+03:00,2026-09-10T03:00:00+03:00,Y,WEB,5
102,B,C1:LOSE,F,1,7,2000.00,RUB,2026-08-02T10:00:00+03:00,2026-09-11T03:00:00+03:00,Y,WEB,6
103,C,C1:APOLOGY,F,1,9,3000.00,RUB,2026-08-03T10:00:00+03:00,2026-09-12T03:00:00+03:00,Y,CALL,7
104,D,C1:NEW,P,1,9,4000.00,RUB,2026-09-03T10:00:00+03:00,2026-12-12T03:00:00+03:00,N,CALL,8
105,E,C1:UC_7XK2,P,1,9,5000.00,RUB,2026-10-01T10:00:00+03:00,2026-12-12T03:00:00+03:00,N,CALL,9
106,F,C1:WON,S,1,9,6000.00,RUB,2026-08-04T10:00:00+03:00,2026-09-30T03:00:00+03:00,Y,CALL,5
107,G,WON,S,0,7,7000.00,RUB,2026-08-05T10:00:00+03:00,2026-10-02T03:00:00+03:00,Y,CALL,5
108,H,LOSE,F,0,7,8000.00,RUB,2026-08-05T10:00:00+03:00,2026-09-02T03:00:00+03:00,Y,CALL,5
"""

HUBSPOT = """Record ID,Deal Name,Deal Stage,Amount,Close Date,Deal owner,Pipeline,Create Date,Associated Company,Original Source,Closed Lost Reason
9001,A,Closed Won (Sales Pipeline),1000,2026-09-10 10:00,Ann Lee,Sales Pipeline,2026-08-01 09:00,Acme,Organic Search,
9002,B,Closed Lost (Sales Pipeline),2000,2026-09-11 10:00,Ann Lee,Sales Pipeline,2026-08-02 09:00,Beta,Paid Search,Price
9003,C,Closed Lost - No Budget (Sales Pipeline),3000,2026-09-12 10:00,Bo Ray,Sales Pipeline,2026-08-03 09:00,Gamma,Paid Search,
9004,D,Contract Sent (Sales Pipeline),4000,2026-12-12 10:00,Bo Ray,Sales Pipeline,2026-09-03 09:00,Delta,Direct,
9005,E,Closed Won (Sales Pipeline),5000,2026-09-30 10:00,Bo Ray,Sales Pipeline,2026-08-04 09:00,Eps,Direct,
9006,F,Closed Won (Sales Pipeline),6000,2026-10-01 10:00,Bo Ray,Sales Pipeline,2026-08-04 09:00,Zeta,Direct,
9007,G,Closed Lost (Sales Pipeline),7000,2026-09-20 10:00,Bo Ray,Sales Pipeline,2026-08-05 09:00,Eta,Direct,Timing
9008,H,Appointment Scheduled (Sales Pipeline),8000,2026-12-01 10:00,Ann Lee,Sales Pipeline,2026-10-01 09:00,Theta,Direct,
"""

HUBSPOT_DE = """Datensatz-ID,Deal-Name,Deal-Phase,Betrag,Abschlussdatum,Deal-Inhaber,Pipeline,Erstelldatum
1,A,Abgeschlossen und gewonnen,1000,2026-09-10 10:00,Eva Roth,Vertrieb,2026-08-01 09:00
2,B,Abgeschlossen und verloren,2000,2026-09-11 10:00,Eva Roth,Vertrieb,2026-08-02 09:00
3,C,Abgeschlossen und verloren,3000,2026-09-12 10:00,Jan Beck,Vertrieb,2026-08-03 09:00
4,D,Vertrag versendet,4000,2026-12-12 10:00,Jan Beck,Vertrieb,2026-09-03 09:00
5,E,Abgeschlossen und gewonnen,5000,2026-09-30 10:00,Jan Beck,Vertrieb,2026-08-04 09:00
6,F,Abgeschlossen und gewonnen,6000,2026-10-01 10:00,Jan Beck,Vertrieb,2026-08-04 09:00
7,G,Abgeschlossen und verloren,7000,2026-09-20 10:00,Jan Beck,Vertrieb,2026-08-05 09:00
8,H,Termin vereinbart,8000,2026-12-01 10:00,Eva Roth,Vertrieb,2026-10-01 09:00
"""

HUBSPOT_FR = """ID de fiche d'informations,Nom de la transaction,Phase de la transaction,Montant,Date de fermeture,Propriétaire de la transaction,Pipeline,Date de création
1,A,Fermé gagné,1000,2026-09-10 10:00,Zoé Petit,Ventes,2026-08-01 09:00
2,B,Fermé perdu,2000,2026-09-11 10:00,Zoé Petit,Ventes,2026-08-02 09:00
3,C,Fermé perdu,3000,2026-09-12 10:00,Luc Brun,Ventes,2026-08-03 09:00
4,D,Contrat envoyé,4000,2026-12-12 10:00,Luc Brun,Ventes,2026-09-03 09:00
5,E,Fermé gagné,5000,2026-09-30 10:00,Luc Brun,Ventes,2026-08-04 09:00
6,F,Fermé gagné,6000,2026-10-01 10:00,Luc Brun,Ventes,2026-08-04 09:00
7,G,Fermé perdu,7000,2026-09-20 10:00,Luc Brun,Ventes,2026-08-05 09:00
8,H,Rendez-vous planifié,8000,2026-12-01 10:00,Zoé Petit,Ventes,2026-10-01 09:00
"""

HUBSPOT_API = """hs_object_id,dealname,dealstage,pipeline,amount,createdate,closedate,hubspot_owner_id,hs_is_closed,hs_is_closed_won,hs_lastmodifieddate
1,A,closedwon,default,1000,2026-08-01T09:00:00.000Z,2026-09-10T10:00:00.000Z,771,true,true,2026-09-10T10:00:00.000Z
2,B,closedlost,default,2000,2026-08-02T09:00:00.000Z,2026-09-11T10:00:00.000Z,771,true,false,2026-09-11T10:00:00.000Z
3,C,1038465,default,3000,2026-08-03T09:00:00.000Z,2026-09-12T10:00:00.000Z,772,true,false,2026-09-12T10:00:00.000Z
4,D,contractsent,default,4000,2026-09-03T09:00:00.000Z,2026-12-12T10:00:00.000Z,772,false,false,2026-09-12T10:00:00.000Z
5,E,1038464,default,5000,2026-08-04T09:00:00.000Z,2026-09-30T10:00:00.000Z,772,true,true,2026-09-30T10:00:00.000Z
6,F,closedwon,default,6000,2026-08-04T09:00:00.000Z,2026-10-01T10:00:00.000Z,772,true,true,2026-10-01T10:00:00.000Z
7,G,1038463,default,7000,2026-08-05T09:00:00.000Z,2026-09-20T10:00:00.000Z,772,false,false,2026-10-01T10:00:00.000Z
8,H,appointmentscheduled,default,8000,2026-10-01T09:00:00.000Z,2026-12-01T10:00:00.000Z,771,false,false,2026-10-01T10:00:00.000Z
"""

PIPEDRIVE = """Deal - ID,Deal - Title,Deal - Owner,Deal - Value,Deal - Currency of Value,Deal - Organization,Deal - Pipeline,Deal - Stage,Deal - Status,Deal - Deal created,Deal - Won time,Deal - Lost time,Deal - Deal closed on,Deal - Lost reason
1,A,Ann Lee,1000,EUR,Acme,Pipeline,Proposal,Won,2026-08-01 10:00:00,2026-09-10 10:00:00,,2026-09-10 10:00:00,
2,B,Ann Lee,2000,EUR,Beta,Pipeline,Demo,Lost,2026-08-02 10:00:00,,2026-09-11 10:00:00,2026-09-11 10:00:00,Price
3,C,Bo Ray,3000,EUR,Gamma,Pipeline,Demo,Lost,2026-08-03 10:00:00,,2026-09-12 10:00:00,2026-09-12 10:00:00,
4,D,Bo Ray,4000,EUR,Delta,Pipeline,Demo,Open,2026-09-03 10:00:00,,,,
5,E,Bo Ray,5000,EUR,Eps,Pipeline,Proposal,Won,2026-08-04 10:00:00,2026-09-30 10:00:00,,2026-09-30 10:00:00,
6,F,Bo Ray,6000,EUR,Zeta,Pipeline,Proposal,Won,2026-08-04 10:00:00,2026-10-01 10:00:00,,2026-10-01 10:00:00,
7,G,Bo Ray,7000,EUR,Eta,Pipeline,Proposal,Deleted,2026-08-05 10:00:00,,2026-09-20 10:00:00,2026-09-20 10:00:00,
8,H,Ann Lee,8000,EUR,Theta,Pipeline,Lead in,Open,2026-10-01 10:00:00,,,,
"""

# the list of one view: without "Deal - ", and here without the column of all closings
PIPEDRIVE_SHORT = """ID,Title,Owner,Value,Currency,Organization,Contact person,Pipeline,Stage,Status,Deal created,Won time,Lost time,Lost reason
1,A,Ann Lee,1000,EUR,Acme,Ada,Pipeline,Proposal,Won,2026-08-01 10:00:00,2026-09-10 10:00:00,,
2,B,Ann Lee,2000,EUR,Beta,Bea,Pipeline,Demo,Lost,2026-08-02 10:00:00,,2026-09-11 10:00:00,Price
3,C,Bo Ray,3000,EUR,Gamma,Cyd,Pipeline,Demo,Lost,2026-08-03 10:00:00,,2026-09-12 10:00:00,
4,D,Bo Ray,4000,EUR,Delta,Dot,Pipeline,Demo,Open,2026-09-03 10:00:00,,,
5,E,Bo Ray,5000,EUR,Eps,Eli,Pipeline,Proposal,Won,2026-08-04 10:00:00,2026-09-30 10:00:00,,
6,F,Bo Ray,6000,EUR,Zeta,Flo,Pipeline,Proposal,Won,2026-08-04 10:00:00,2026-10-01 10:00:00,,
7,G,Bo Ray,7000,EUR,Eta,Gus,Pipeline,Proposal,Lost,2026-08-05 10:00:00,,2026-09-20 10:00:00,
8,H,Ann Lee,8000,EUR,Theta,Hal,Pipeline,Lead in,Open,2026-10-01 10:00:00,,,
"""

PIPEDRIVE_API = """id,title,value,currency,owner_id,org_id,pipeline_id,stage_id,status,add_time,update_time,won_time,lost_time,close_time,expected_close_date,lost_reason,is_deleted
1,A,1000,EUR,71,5,1,3,won,2026-08-01T10:00:00Z,2026-09-10T10:00:00Z,2026-09-10T10:00:00Z,,2026-09-10T10:00:00Z,2026-09-30,,false
2,B,2000,EUR,71,6,1,2,lost,2026-08-02T10:00:00Z,2026-09-11T10:00:00Z,,2026-09-11T10:00:00Z,2026-09-11T10:00:00Z,2026-10-30,Price,false
3,C,3000,EUR,72,7,1,2,lost,2026-08-03T10:00:00Z,2026-09-12T10:00:00Z,,2026-09-12T10:00:00Z,2026-09-12T10:00:00Z,,,false
4,D,4000,EUR,72,8,1,2,open,2026-09-03T10:00:00Z,2026-09-12T10:00:00Z,,,,2026-12-12,,false
5,E,5000,EUR,72,9,1,3,won,2026-08-04T10:00:00Z,2026-09-30T10:00:00Z,2026-09-30T10:00:00Z,,2026-09-30T10:00:00Z,,,false
6,F,6000,EUR,72,5,1,3,won,2026-08-04T10:00:00Z,2026-10-01T10:00:00Z,2026-10-01T10:00:00Z,,2026-10-01T10:00:00Z,,,false
7,G,7000,EUR,72,5,1,3,won,2026-08-05T10:00:00Z,2026-09-20T10:00:00Z,2026-09-20T10:00:00Z,,2026-09-20T10:00:00Z,,,true
8,H,8000,EUR,71,5,1,1,open,2026-10-01T10:00:00Z,2026-10-01T10:00:00Z,,,,2026-12-01,,false
"""

SALESFORCE = """"Opportunity Owner","Account Name","Opportunity ID (18 Digit)","Opportunity Name","Stage","Fiscal Period","Amount","Close Date","Created Date","Lead Source"
"Ann Lee","Acme","006A","A","Closed Won","Q3-2026","1000.00","9/10/2026","8/13/2026","Web"
"Ann Lee","Beta","006B","B","Closed Lost","Q3-2026","2000.00","9/11/2026","8/14/2026","Web"
"Bo Ray","Gamma","006C","C","Closed Lost","Q3-2026","3000.00","9/12/2026","8/15/2026","Phone"
"Bo Ray","Delta","006D","D","Negotiation/Review","Q4-2026","4000.00","12/12/2026","9/3/2026","Phone"
"Bo Ray","Eps","006E","E","Closed Won","Q3-2026","5000.00","9/30/2026","8/16/2026","Phone"
"Bo Ray","Zeta","006F","F","Closed Won","Q4-2026","6000.00","10/1/2026","8/17/2026","Phone"
"Bo Ray","Eta","006G","G","Closed Lost","Q3-2026","7000.00","9/20/2026","8/18/2026","Phone"
"Ann Lee","Theta","006H","H","Prospecting","Q4-2026","8000.00","12/1/2026","10/1/2026","Web"
"Grand Totals (8 records)","","","","","","36000.00","","",""
"""

SALESFORCE_SOQL = """Id,Name,StageName,Amount,CurrencyIsoCode,CloseDate,CreatedDate,IsClosed,IsWon,Owner.Name,OwnerId,Account.Name,LeadSource
006A,A,Signed,1000.0,EUR,2026-09-10,2026-08-13T09:00:00.000+0000,true,true,Ann Lee,005A,Acme,Web
006B,B,Dropped,2000.0,EUR,2026-09-11,2026-08-14T09:00:00.000+0000,true,false,Ann Lee,005A,Beta,Web
006C,C,Dropped,3000.0,EUR,2026-09-12,2026-08-15T09:00:00.000+0000,true,false,Bo Ray,005B,Gamma,Phone
006D,D,Talking,4000.0,EUR,2026-12-12,2026-09-03T09:00:00.000+0000,false,false,Bo Ray,005B,Delta,Phone
006E,E,Signed,5000.0,EUR,2026-09-30,2026-08-16T09:00:00.000+0000,true,true,Bo Ray,005B,Eps,Phone
006F,F,Signed,6000.0,EUR,2026-10-01,2026-08-17T09:00:00.000+0000,true,true,Bo Ray,005B,Zeta,Phone
006G,G,Dropped,7000.0,EUR,2026-09-20,2026-08-18T09:00:00.000+0000,true,false,Bo Ray,005B,Eta,Phone
006H,H,Talking,8000.0,EUR,2026-12-01,2026-10-01T09:00:00.000+0000,false,false,Ann Lee,005A,Theta,Web
"""

ZOHO = """Record Id,Deal Owner,Deal Name,Account Name,Amount,Closing Date,Stage,Lead Source,Created Time,Modified Time,Reason For Loss
zcrm_1,Ann Lee,A,Acme,1000,2026-09-10,Closed Won,Web,2026-08-01 10:00:00,2026-09-10 10:00:00,
zcrm_2,Ann Lee,B,Beta,2000,2026-09-11,Closed Lost,Web,2026-08-02 10:00:00,2026-09-11 10:00:00,Price
zcrm_3,Bo Ray,C,Gamma,3000,2026-09-12,Closed Lost to Competition,Web,2026-08-03 10:00:00,2026-09-12 10:00:00,
zcrm_4,Bo Ray,D,Delta,4000,2026-12-12,Value Proposition,Web,2026-09-03 10:00:00,2026-09-12 10:00:00,
zcrm_5,Bo Ray,E,Eps,5000,2026-09-30,Closed Won,Web,2026-08-04 10:00:00,2026-09-30 10:00:00,
zcrm_6,Bo Ray,F,Zeta,6000,2026-10-01,Closed Won,Web,2026-08-04 10:00:00,2026-10-01 10:00:00,
zcrm_7,Bo Ray,G,Eta,7000,2026-09-20,Closed Lost,Web,2026-08-05 10:00:00,2026-09-20 10:00:00,
zcrm_8,Ann Lee,H,Theta,8000,2026-12-01,Qualification,Web,2026-10-01 10:00:00,2026-10-01 10:00:00,
"""

ZOHO_API = ZOHO.replace(
    ZOHO.splitlines()[0],
    "id,Owner.name,Deal_Name,Account_Name.name,Amount,Closing_Date,Stage,Lead_Source,Created_Time,Modified_Time,Reason_For_Loss__s",
)

DYNAMICS = """(Do Not Modify) Opportunity,Topic,Potential Customer,Owner,Status,Status Reason,Est. Revenue,Created On,Est. Close Date,Actual Close Date
a1,A,Acme,Ann Lee,Won,Won,"$1,000.00",8/13/2026 9:00 AM,9/30/2026,9/10/2026
a2,B,Beta,Ann Lee,Lost,Canceled,"$2,000.00",8/14/2026 9:00 AM,9/30/2026,9/11/2026
a3,C,Gamma,Bo Ray,Lost,Out-Sold,"$3,000.00",8/15/2026 9:00 AM,9/30/2026,9/12/2026
a4,D,Delta,Bo Ray,Open,In Progress,"$4,000.00",9/3/2026 9:00 AM,12/12/2026,
a5,E,Eps,Bo Ray,Won,Won,"$5,000.00",8/16/2026 9:00 AM,9/30/2026,9/30/2026
a6,F,Zeta,Bo Ray,Won,Won,"$6,000.00",8/17/2026 9:00 AM,9/30/2026,10/1/2026
a7,G,Eta,Bo Ray,Lost,Out-Sold,"$7,000.00",8/18/2026 9:00 AM,9/30/2026,9/20/2026
a8,H,Theta,Ann Lee,Open,On Hold,"$8,000.00",10/1/2026 9:00 AM,12/1/2026,
"""

DYNAMICS_API = """opportunityid,name,_customerid_value,_ownerid_value@OData.Community.Display.V1.FormattedValue,_ownerid_value,statecode,statuscode,estimatedvalue,createdon,estimatedclosedate,actualclosedate
a1,A,c1,Ann Lee,u1,1,3,1000,2026-08-13T09:00:00Z,2026-09-30,2026-09-10
a2,B,c2,Ann Lee,u1,2,4,2000,2026-08-14T09:00:00Z,2026-09-30,2026-09-11
a3,C,c3,Bo Ray,u2,2,5,3000,2026-08-15T09:00:00Z,2026-09-30,2026-09-12
a4,D,c4,Bo Ray,u2,0,1,4000,2026-09-03T09:00:00Z,2026-12-12,
a5,E,c5,Bo Ray,u2,1,3,5000,2026-08-16T09:00:00Z,2026-09-30,2026-09-30
a6,F,c6,Bo Ray,u2,1,3,6000,2026-08-17T09:00:00Z,2026-09-30,2026-10-01
a7,G,c7,Bo Ray,u2,2,5,7000,2026-08-18T09:00:00Z,2026-09-30,2026-09-20
a8,H,c8,Ann Lee,u1,0,2,8000,2026-10-01T09:00:00Z,2026-12-01,
"""

# a lost deal is archived: Active is false, the stage stays
ODOO = """External ID,Opportunity,Customer,Salesperson,Sales Team,Stage,Expected Revenue,Probability,Active,Lost Reason,Created on,Closed Date,Expected Closing
x1,A,Acme,Ann Lee,Europe,Won,1000,100,True,,2026-08-01 10:00:00,2026-09-10 10:00:00,2026-09-30
x2,B,Beta,Ann Lee,Europe,Proposition,2000,0,False,Too expensive,2026-08-02 10:00:00,2026-09-11 10:00:00,2026-09-30
x3,C,Gamma,Bo Ray,Europe,Qualified,3000,0,False,,2026-08-03 10:00:00,2026-09-12 10:00:00,2026-09-30
x4,D,Delta,Bo Ray,Europe,Qualified,4000,35,True,,2026-09-03 10:00:00,,2026-12-12
x5,E,Eps,Bo Ray,Europe,Won,5000,100,True,,2026-08-04 10:00:00,2026-09-30 10:00:00,2026-09-30
x6,F,Zeta,Bo Ray,Europe,Won,6000,100,True,,2026-08-04 10:00:00,2026-10-01 10:00:00,2026-09-30
x7,G,Eta,Bo Ray,Europe,New,7000,0,False,No answer,2026-08-05 10:00:00,2026-09-20 10:00:00,2026-09-30
x8,H,Theta,Ann Lee,Europe,New,8000,10,True,,2026-10-01 10:00:00,,2026-12-01
"""

ODOO_API = ODOO.replace(
    ODOO.splitlines()[0],
    "id,name,partner_id/name,user_id/name,team_id/name,stage_id/name,expected_revenue,probability,active,lost_reason_id/name,create_date,date_closed,date_deadline",
)

SUITECRM = """id,name,date_entered,date_modified,assigned_user_name,account_name,amount,amount_usdollar,sales_stage,date_closed,lead_source
s1,A,2026-08-01 10:00:00,2026-09-10 10:00:00,ann,Acme,1000,1000,Closed Won,2026-09-10,Web
s2,B,2026-08-02 10:00:00,2026-09-11 10:00:00,ann,Beta,2000,2000,Closed Lost,2026-09-11,Web
s3,C,2026-08-03 10:00:00,2026-09-12 10:00:00,bo,Gamma,3000,3000,Closed Lost,2026-09-12,Web
s4,D,2026-09-03 10:00:00,2026-09-12 10:00:00,bo,Delta,4000,4000,Perception Analysis,2026-12-12,Web
s5,E,2026-08-04 10:00:00,2026-09-30 10:00:00,bo,Eps,5000,5000,Closed Won,2026-09-30,Web
s6,F,2026-08-04 10:00:00,2026-10-01 10:00:00,bo,Zeta,6000,6000,Closed Won,2026-10-01,Web
s7,G,2026-08-05 10:00:00,2026-09-20 10:00:00,bo,Eta,7000,7000,Closed Lost,2026-09-20,Web
s8,H,2026-10-01 10:00:00,2026-10-01 10:00:00,ann,Theta,8000,8000,Prospecting,2026-12-01,Web
"""

VTIGER = """Opportunity Number,Opportunity Name,Organization Name,Amount,Expected Close Date,Sales Stage,Assigned To,Created Time,Modified Time,Lead Source
POT1,A,Acme,1000,2026-09-10,Closed Won,Ann Lee,2026-08-01 10:00:00,2026-09-10 10:00:00,Web
POT2,B,Beta,2000,2026-09-11,Closed Lost,Ann Lee,2026-08-02 10:00:00,2026-09-11 10:00:00,Web
POT3,C,Gamma,3000,2026-09-12,Closed Lost,Bo Ray,2026-08-03 10:00:00,2026-09-12 10:00:00,Web
POT4,D,Delta,4000,2026-12-12,Proposal/Quotation,Bo Ray,2026-09-03 10:00:00,2026-09-12 10:00:00,Web
POT5,E,Eps,5000,2026-09-30,Closed Won,Bo Ray,2026-08-04 10:00:00,2026-09-30 10:00:00,Web
POT6,F,Zeta,6000,2026-10-01,Closed Won,Bo Ray,2026-08-04 10:00:00,2026-10-01 10:00:00,Web
POT7,G,Eta,7000,2026-09-20,Closed Lost,Bo Ray,2026-08-05 10:00:00,2026-09-20 10:00:00,Web
POT8,H,Theta,8000,2026-12-01,Identify Decision Makers,Ann Lee,2026-10-01 10:00:00,2026-10-01 10:00:00,Web
"""

FRESHSALES = """Deal Id,Deal name,Sales owner,Deal stage,Deal pipeline,Deal value,Created at,Closed date,Expected close date,Source,Lost reason
1,A,Ann Lee,Won,Default Pipeline,1000,2026-08-01 10:00:00,2026-09-10,2026-09-30,Web,
2,B,Ann Lee,Lost,Default Pipeline,2000,2026-08-02 10:00:00,2026-09-11,2026-09-30,Web,Price
3,C,Bo Ray,Lost,Default Pipeline,3000,2026-08-03 10:00:00,2026-09-12,2026-09-30,Web,Price
4,D,Bo Ray,Demo,Default Pipeline,4000,2026-09-03 10:00:00,,2026-12-12,Web,
5,E,Bo Ray,Won,Default Pipeline,5000,2026-08-04 10:00:00,2026-09-30,2026-09-30,Web,
6,F,Bo Ray,Won,Default Pipeline,6000,2026-08-04 10:00:00,2026-10-01,2026-09-30,Web,
7,G,Bo Ray,Lost,Default Pipeline,7000,2026-08-05 10:00:00,2026-09-20,2026-09-30,Web,Price
8,H,Ann Lee,Discovery,Default Pipeline,8000,2026-10-01 10:00:00,,2026-12-01,Web,
"""

# value is in cents; on an active deal date_won is the day on which it is expected
CLOSE = """id,lead_id,lead_name,user_id,user_name,status_label,status_type,value,value_formatted,value_period,value_currency,date_created,date_won,date_lost,note
oppo_1,lead_1,Acme,user_1,Ann Lee,Signed,won,100000,"$1,000",one_time,USD,2026-08-01T10:00:00+00:00,2026-09-10,,A
oppo_2,lead_2,Beta,user_1,Ann Lee,No fit,lost,200000,"$2,000",one_time,USD,2026-08-02T10:00:00+00:00,,2026-09-11,B
oppo_3,lead_3,Gamma,user_2,Bo Ray,No fit,lost,300000,"$3,000",one_time,USD,2026-08-03T10:00:00+00:00,,2026-09-12,C
oppo_4,lead_4,Delta,user_2,Bo Ray,Demo done,active,400000,"$4,000",one_time,USD,2026-09-03T10:00:00+00:00,2026-12-12,,D
oppo_5,lead_5,Eps,user_2,Bo Ray,Signed,won,500000,"$5,000",one_time,USD,2026-08-04T10:00:00+00:00,2026-09-30,,E
oppo_6,lead_6,Zeta,user_2,Bo Ray,Signed,won,600000,"$6,000",one_time,USD,2026-08-04T10:00:00+00:00,2026-10-01,,F
oppo_7,lead_7,Eta,user_2,Bo Ray,Went silent,lost,700000,"$7,000",one_time,USD,2026-08-05T10:00:00+00:00,,2026-09-20,G
oppo_8,lead_8,Theta,user_1,Ann Lee,Demo done,active,800000,"$8,000",one_time,USD,2026-10-01T10:00:00+00:00,,,H
"""

COPPER = """id,name,assignee_id,company_id,company_name,customer_source_id,close_date,date_created,loss_reason_id,monetary_value,pipeline_id,pipeline_stage_id,primary_contact_id,status,win_probability
1,A,81,1,Acme,4,9/10/2026,8/13/2026,,1000,1,11,7,Won,100
2,B,81,2,Beta,4,9/11/2026,8/14/2026,5,2000,1,11,7,Lost,0
3,C,82,3,Gamma,4,9/12/2026,8/15/2026,5,3000,1,11,7,Lost,0
4,D,82,4,Delta,4,12/12/2026,9/3/2026,,4000,1,11,7,Open,40
5,E,82,5,Eps,4,9/30/2026,8/16/2026,,5000,1,11,7,Won,100
6,F,82,6,Zeta,4,10/1/2026,8/17/2026,,6000,1,11,7,Won,100
7,G,82,7,Eta,4,9/20/2026,8/18/2026,5,7000,1,11,7,Lost,0
8,H,81,8,Theta,4,12/1/2026,10/1/2026,,8000,1,11,7,Open,10
9,I,81,8,Theta,4,9/21/2026,8/19/2026,,9000,1,11,7,Abandoned,10
"""

# the help counts a suspended opportunity as open; whether an abandoned one is lost nothing says
INSIGHTLY = """Record ID,Opportunity Name,User Responsible,Current State,State Reason,Pipeline,Pipeline Stage,Bid Currency,Bid Amount,Opportunity Value,Probability,Forecast Close Date,Actual Close Date,Date Created,Organization
1,A,Ann Lee,Won,,Sales,Offer,USD,1000,1000,100,9/30/2026,9/10/2026,8/13/2026,Acme
2,B,Ann Lee,Lost,Price,Sales,Offer,USD,2000,2000,0,9/30/2026,9/11/2026,8/14/2026,Beta
3,C,Bo Ray,Lost,Price,Sales,Demo,USD,3000,3000,0,9/30/2026,9/12/2026,8/15/2026,Gamma
4,D,Bo Ray,Open,,Sales,Demo,USD,4000,4000,40,12/12/2026,,9/3/2026,Delta
5,E,Bo Ray,Won,,Sales,Offer,USD,500,5000,100,9/30/2026,9/30/2026,8/16/2026,Eps
6,F,Bo Ray,Won,,Sales,Offer,USD,6000,6000,100,9/30/2026,10/1/2026,8/17/2026,Zeta
7,G,Bo Ray,Lost,No answer,Sales,Demo,USD,7000,7000,0,9/30/2026,9/20/2026,8/18/2026,Eta
8,H,Ann Lee,Suspended,,Sales,Demo,USD,8000,8000,10,12/1/2026,,9/1/2026,Theta
9,I,Ann Lee,Abandoned,,Sales,Demo,USD,9000,9000,10,9/30/2026,9/21/2026,8/19/2026,Theta
"""

INSIGHTLY_API = """OPPORTUNITY_ID,OPPORTUNITY_NAME,OPPORTUNITY_STATE,RESPONSIBLE_USER_ID,OWNER_USER_ID,PIPELINE_ID,STAGE_ID,BID_CURRENCY,BID_AMOUNT,OPPORTUNITY_VALUE,PROBABILITY,FORECAST_CLOSE_DATE,ACTUAL_CLOSE_DATE,DATE_CREATED_UTC,DATE_UPDATED_UTC,ORGANISATION_ID
1,A,WON,71,70,1,12,USD,1000,1000,100,2026-09-30 00:00:00,2026-09-10 00:00:00,2026-08-13 10:00:00,2026-09-10 10:00:00,1
2,B,LOST,71,70,1,12,USD,2000,2000,0,2026-09-30 00:00:00,2026-09-11 00:00:00,2026-08-14 10:00:00,2026-09-11 10:00:00,2
3,C,LOST,72,70,1,11,USD,3000,3000,0,2026-09-30 00:00:00,2026-09-12 00:00:00,2026-08-15 10:00:00,2026-09-12 10:00:00,3
4,D,OPEN,72,70,1,11,USD,4000,4000,40,2026-12-12 00:00:00,,2026-09-03 10:00:00,2026-09-12 10:00:00,4
5,E,WON,72,70,1,12,USD,500,5000,100,2026-09-30 00:00:00,2026-09-30 00:00:00,2026-08-16 10:00:00,2026-09-30 10:00:00,5
6,F,WON,72,70,1,12,USD,6000,6000,100,2026-09-30 00:00:00,2026-10-01 00:00:00,2026-08-17 10:00:00,2026-10-01 10:00:00,6
7,G,LOST,72,70,1,11,USD,7000,7000,0,2026-09-30 00:00:00,2026-09-20 00:00:00,2026-08-18 10:00:00,2026-09-20 10:00:00,7
8,H,SUSPENDED,71,70,1,11,USD,8000,8000,10,2026-12-01 00:00:00,,2026-09-01 10:00:00,2026-09-12 10:00:00,8
9,I,ABANDONED,71,70,1,11,USD,9000,9000,10,2026-09-30 00:00:00,2026-09-21 00:00:00,2026-08-19 10:00:00,2026-09-21 10:00:00,8
"""

# an Excel file of a board begins with its name and the name of a group
MONDAY = """Deals,,,,,,,,
,,,,,,,,
Name,Stage,Owner,Deal Value,Accounts,Deal creation date,Deal close date,Close probability,Item ID
A,Won,Ann Lee,1000,Acme,2026-08-01,2026-09-10,100,1
B,Lost,Ann Lee,2000,Beta,2026-08-02,2026-09-11,0,2
C,Lost,Bo Ray,3000,Gamma,2026-08-03,2026-09-12,0,3
D,Negotiation,Bo Ray,4000,Delta,2026-09-03,,40,4
E,Won,Bo Ray,5000,Eps,2026-08-04,2026-09-30,100,5
F,Won,Bo Ray,6000,Zeta,2026-08-04,2026-10-01,100,6
G,Lost,Bo Ray,7000,Eta,2026-08-05,2026-09-20,0,7
H,Discovery,Ann Lee,8000,Theta,2026-10-01,,10,8
"""

NOTION = """Name,Account Owner,Company,Stage,Estimated Value,Expected Close,Close Date,Created time,Last edited time,ID
A,Ann Lee,Acme,Won,"$1,000","September 30, 2026","September 10, 2026","August 13, 2026 9:00 AM","September 10, 2026 9:00 AM",D-1
B,Ann Lee,Beta,Lost,"$2,000","September 30, 2026","September 11, 2026","August 14, 2026 9:00 AM","September 10, 2026 9:00 AM",D-2
C,Bo Ray,Gamma,Lost,"$3,000","September 30, 2026","September 12, 2026","August 15, 2026 9:00 AM","September 10, 2026 9:00 AM",D-3
D,Bo Ray,Delta,Proposal,"$4,000","December 12, 2026",,"September 3, 2026 9:00 AM","September 10, 2026 9:00 AM",D-4
E,Bo Ray,Eps,Won,"$5,000","September 30, 2026","September 30, 2026","August 16, 2026 9:00 AM","September 10, 2026 9:00 AM",D-5
F,Bo Ray,Zeta,Won,"$6,000","September 30, 2026","October 1, 2026","August 17, 2026 9:00 AM","September 10, 2026 9:00 AM",D-6
G,Bo Ray,Eta,Lost,"$7,000","September 30, 2026","September 20, 2026","August 18, 2026 9:00 AM","September 10, 2026 9:00 AM",D-7
H,Ann Lee,Theta,Qualified,"$8,000","December 1, 2026",,"October 1, 2026 9:00 AM","October 1, 2026 9:00 AM",D-8
"""

# no closing date by default: here the company added an attribute for it
ATTIO = """Record ID,Deal name,Deal stage,Deal owner,Deal value,Associated company,Associated people,Created at,Close date
r1,A,Won 🎉,Ann Lee,1000,Acme,Ada,2026-08-01T10:00:00.000Z,2026-09-10
r2,B,Lost,Ann Lee,2000,Beta,Bea,2026-08-02T10:00:00.000Z,2026-09-11
r3,C,Lost,Bo Ray,3000,Gamma,Cyd,2026-08-03T10:00:00.000Z,2026-09-12
r4,D,In Progress,Bo Ray,4000,Delta,Dot,2026-09-03T10:00:00.000Z,
r5,E,Won 🎉,Bo Ray,5000,Eps,Eli,2026-08-04T10:00:00.000Z,2026-09-30
r6,F,Won 🎉,Bo Ray,6000,Zeta,Flo,2026-08-04T10:00:00.000Z,2026-10-01
r7,G,Lost,Bo Ray,7000,Eta,Gus,2026-08-05T10:00:00.000Z,2026-09-20
r8,H,Lead,Ann Lee,8000,Theta,Hal,2026-10-01T10:00:00.000Z,
"""

ONEC = """Код;Сделка с клиентом;Партнер;Вид сделки;Ответственный;Статус;Этап;Дата начала;Дата окончания;Потенциал;Причина проигрыша
00-001;Склад;Альфа;Типовая продажа;Иванова А. А.;Выиграна;Отгрузка;01.08.2026;10.09.2026;1 000,00;
00-002;Кран;Бета;Типовая продажа;Иванова А. А.;Проиграна;Презентация;02.08.2026;11.09.2026;2 000,00;Дорого
00-003;Вал;Гамма;Типовая продажа;Петров П. П.;Проиграна;Презентация;03.08.2026;12.09.2026;3 000,00;Дорого
00-004;Насос;Дельта;Типовая продажа;Петров П. П.;В работе;Презентация;03.09.2026;;4 000,00;
00-005;Ось;Эпсилон;Типовая продажа;Петров П. П.;Выиграна;Отгрузка;04.08.2026;30.09.2026;5 000,00;
00-006;Шкив;Дзета;Типовая продажа;Петров П. П.;Выиграна;Отгрузка;04.08.2026;01.10.2026;6 000,00;
00-007;Муфта;Эта;Типовая продажа;Петров П. П.;Проиграна;Презентация;05.08.2026;20.09.2026;7 000,00;Нет ответа
00-008;Болт;Тета;Типовая продажа;Иванова А. А.;В работе;Первичный интерес;01.10.2026;;8 000,00;
"""
