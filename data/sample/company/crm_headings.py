"""Headings of the CRMs' exports, verbatim. {latin} is a letter that looks like a Cyrillic one."""

AMO = (
    "ID,Название сделки,{budget},Ответственный,Дата создания сделки,Кем создана сделка,Дата редактирования,Кем редактирована,"
    "Дата закрытия,Теги,Примечание,Примечание 2,Примечание 3,Примечание 4,Примечание 5,Этап сделки,Воронка,"
    "Полное имя контакта,Компания контакта,Ответственный за контакт,Компания,Рабочий телефон,Рабочий прямой телефон,"
    "Мобильный телефон,Факс,Домашний телефон,Другой телефон,Рабочий email,Личный email,Другой email,Город,Источник,"
    "Должность,Товар,Skype,ICQ,Jabber,Google Talk,MSN,Другой IM,Пользовательское соглашение,cid,uid,tid,utm_source,"
    "utm_medium,utm_campaign,utm_term,utm_content,utm_referrer,_ym_uid,_ym_counter,roistat,referrer,openstat_service,"
    "openstat_campaign,openstat_ad,openstat_source,from,gclientid,gclid,yclid,fbclid,GOOGLE_ID,roistat,KEYWORD,ADV_CAMP,"
    "TRAF_TYPE,TRAF_SRC,Товар,Производитель,cid,uid,tid,Источник,domain"
)
AMO_OTHER = (
    'id,Название сделки,"Бюджет ",Ответственный,Дата создания сделки,Кем создана сделка,Дата редактирования,'
    "Кем редактирована,Дата закрытия,Теги,Этап сделки,Воронка,Полное имя контакта,Компания контакта,"
    "Ответственный за контакт,Source phone,Source phone,Источник трафика,{latin}татус в ЦОП,Причина отказа"
)
BITRIX = (
    "ID,Воронка,Повторная сделка,Стадия сделки,Название сделки,Тип,Источник,Сумма,Валюта,Компания,Контакт,Ответственный,"
    "Сделка закрыта,Дата создания,Дата изменения,Дата начала,Предполагаемая дата закрытия,Товар,Цена,Количество,Комментарий"
)
BITRIX_EN = (
    "ID,Pipeline,Repeat deal,Stage,Deal Name,Type,Source,Income,Currency,Company,Contact,Responsible,Closed,Created,Modified,"
    "Start date,Assumed close date,Product,Price,Quantity,Comment"
)
HUBSPOT = (
    "Record ID,Deal Name,Deal Stage,Amount,Close Date,Deal owner,Pipeline,Create Date,Last Activity Date,Associated Company,"
    "Original Source,Closed Lost Reason,Is Closed Won"
)
PIPEDRIVE = (
    "Deal - ID,Deal - Title,Deal - Creator,Deal - Owner,Deal - Value,Deal - Currency of Value,Deal - Weighted value,"
    "Deal - Probability,Deal - Organization,Deal - Pipeline,Deal - Contact person,Deal - Stage,Deal - Label,Deal - Status,"
    "Deal - Deal created,Deal - Update time,Deal - Last stage change,Deal - Next activity date,Deal - Won time,"
    "Deal - Lost time,Deal - Deal closed on,Deal - Lost reason,Deal - Total activities,Deal - Expected close date,"
    "Deal - Product name,Deal - Source channel"
)
SALESFORCE = (
    "Opportunity Owner,Account Name,Opportunity ID (18 Digit),Opportunity Name,Stage,Fiscal Period,Amount,Probability (%),"
    "Age,Close Date,Created Date,Type,Source,Primary Contact"
)
ZOHO = (
    "Id,Deal Owner Name,Deal Name,Account Name,Amount,Closing Date,Stage,Probability (%),Source,Type,Created Time,"
    "Modified Time,Lost Reason,Product"
)
