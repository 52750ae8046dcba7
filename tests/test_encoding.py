"""Which letters the bytes of a text file stand for: every encoding, on files of a line or two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesnb.errors import DataError
from salesnb.params import FileSource, make_params
from salesnb.source.book import open_book
from salesnb.source.encoding import decode, recognise_encoding
from salesnb.source.files import RawFile
from salesnb.source.text import text_records

RUSSIAN = ("Иванова", "Сделка успешна", "ООО «Ромашка»", "Петров Пётр, Казань", "Общая воронка")
WORDS = {
    "cp1251": (*RUSSIAN, "Ковальчук Андрій", "Київ"),
    "cp866": (*RUSSIAN[:2], *RUSSIAN[3:], "Недозвон", "Закрыто и не реализовано"),
    "koi8-r": (*RUSSIAN[:2], "Петров Пётр, Казань", "Закрыто и не реализовано", "Хабаровск"),
    "mac-cyrillic": ("Петров Пётр", "ООО «Ромашка»", "Закрыто и не реализовано", "Хабаровск", "Самара, Казань"),
    "cp1252": ("José Peña", "Müller GmbH", "Café", "São Paulo", "Göteborg, Håkan", "Société Générale", "5 €"),
    "cp1250": ("Łódź", "Dvořák Jiří", "Kovačević", "Świątek", "Gdańsk, Poznań"),
    "cp1254": ("İstanbul Şube", "Çağrı Öztürk", "Işık", "Şahin", "Satış müdürü"),
    "cp1253": ("Παπαδόπουλος", "Αθήνα, Γιώργος"),
    "cp1257": ("Šiauliai", "Ģirts Ķekava"),
    "cp850": ("Müller, José, Peña",),
}
CASES = [(name, text) for name, texts in WORDS.items() for text in texts]


@pytest.mark.parametrize(("name", "text"), CASES)
def test_a_line_in_an_old_encoding_reads_as_it_was_written(name, text):
    content = f"id,name\n1,{text}\n".encode(name)
    facts, assumed = [], []
    assert decode(content, None, "a.csv", "deals", facts, assumed) == f"id,name\n1,{text}\n"
    assert not facts and [one.code for one in assumed] == ["encoding"]


def test_what_is_read_is_said_with_another_reading_only_where_there_is_doubt():
    short, long = [], []
    decode("1,José Peña\n".encode("cp1252"), None, "a.csv", "deals", [], short)
    decode("\n".join(RUSSIAN).encode("cp1251"), None, "a.csv", "deals", [], long)
    assert short[0].values["chosen"] == "cp1252" and short[0].values["sample"] == "José, Peña"
    assert short[0].change == {"data": {"reading": {"encoding": short[0].values["alternative"]}}}
    assert long[0].values["alternative"] == "" and long[0].change == {}


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_told_by_its_bytes_and_nothing_is_assumed(name):
    assumed = []
    for text in ("deal_id,manager\n1,Иванова\n", "Иванова", "1,José\n2,Peña\n"):
        assert decode(text.encode(name), None, "a.csv", "deals", [], assumed) == text
    assert assumed == []


def test_a_damaged_utf8_file_stays_utf8_and_its_lines_are_listed():
    facts = []
    content = "id;Иванова\n1;Петров\n".encode().replace("П".encode(), b"\xd0", 1)
    assert "Иванова" in decode(content, None, "a.csv", "deals", facts, [])
    assert facts == [(2, "undecodable bytes", "1;\ufffdетров")]


def test_a_named_encoding_holds_for_files_that_are_not_unicode():
    assert decode("Łódź".encode("cp1250"), "cp1252", "a.csv", "deals", [], []) == "£ódŸ"
    assert decode("Łódź".encode(), "cp1250", "a.csv", "deals", [], []) == "Łódź"
    with pytest.raises(DataError, match="unknown encoding 'cp99'.*write utf-8"):
        decode("Łódź".encode("cp1250"), "cp99", "a.csv", "deals", [], [])
    with pytest.raises(DataError, match="is not utf-8: byte 0 does not fit"):
        decode("Łódź".encode("cp1250"), "utf-8", "a.csv", "deals", [], [])


def test_letters_of_no_known_language_are_refused_and_not_guessed():
    with pytest.raises(DataError, match="encoding of a.csv cannot be told"):
        decode("ลูกค้าใหม่ ปิดการขาย ผู้จัดการฝ่ายขาย".encode("cp874"), None, "a.csv", "deals", [], [])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cp932", "案件名,担当者,フェーズ\n富士見商事の保守,伊藤 翔,受注\n北斗の導入支援,佐藤 健,失注"),
        ("euc_jp", "案件名,担当者,フェーズ\n富士見商事の保守,伊藤 翔,受注"),
        ("gb18030", "客户成交的项目 顾客购买产品 销售订单已经完成"),
        ("big5", "客戶名稱,銷售階段,負責人\n上海貿易公司,成交,王小明"),
        ("cp949", "고객명,담당자,상태\n서울상사,김민수,수주"),
    ],
)
def test_a_file_of_east_asia_is_read_by_the_signs_in_daily_use(name, text):
    assumed = []
    assert decode(text.encode(name), None, "a.csv", "deals", [], assumed) == text
    assert [one.values["chosen"] for one in assumed] == [name]


def test_an_amount_with_the_euro_sign_of_cp1252_is_read(tmp_path):
    rows = ["deal_id,title,status,amount,created_at,closed_at,manager,client_id"]
    rows += [f'{n},Café,won,"€ 1.234,50",2026-08-01,2026-09-2{n},José Peña,Müller GmbH' for n in range(3)]
    (tmp_path / "deals.csv").write_bytes("\n".join(rows).encode("cp1252"))
    found = open_book(make_params({"company": "T", "currency": "EUR", "data": {"deals": "deals.csv"}}, root=tmp_path))
    table = found.deals.collect(backend="pandas").to_native()
    assert set(table["amount"]) == {1234.5} and set(table["manager"]) == {"José Peña"}
    assert set(table["title"]) == {"Café"} and set(table["client_id"]) == {"Müller GmbH"}


def test_words_of_a_line_weigh_more_than_how_often_one_is_repeated():
    once, often = ("Łódź, Gdańsk".encode("cp1250") + b"\n" * n * 0 for n in (1, 2))
    assert recognise_encoding(once).name == recognise_encoding(often * 50).name == "cp1250"


LETTERS = {
    "utf-8": "aÄжłşЖ€", "utf-16": "aÄжłşЖ€", "cp1251": "abЖжёЫ№", "cp1252": "abÄé€ñ", "cp1250": "abŁłžČ", "cp866": "abЖжё",
    "koi8-r": "abЖжё", "mac-cyrillic": "abЖжё", "cp1254": "abİşğ",
}  # fmt: skip
ENCODED = st.sampled_from(sorted(LETTERS)).flatmap(
    lambda name: st.tuples(
        st.just(name),
        st.sampled_from([",", ";", "\t", "|"]),
        st.lists(
            st.lists(st.text(LETTERS[name] + " ,;\t|\"'\n.-", max_size=6), min_size=3, max_size=3),
            min_size=1,
            max_size=8,
        ),
    )
)


@given(ENCODED)
def test_any_table_of_texts_reads_back_in_each_encoding_and_with_each_separator(case):
    import csv
    import io

    name, separator, rows = case
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows([["deal_id", "manager", "status"], *rows])
    raw = RawFile("a.csv", "text", packed=out.getvalue().encode(name))
    settings = FileSource(path="a.csv", encoding=name, separator=separator)
    headings, found = text_records(raw, settings, "deals", frozenset({"dealid", "manager", "status"}), [], [])
    assert headings == ["deal_id", "manager", "status"] and [row for _, row in found] == rows
